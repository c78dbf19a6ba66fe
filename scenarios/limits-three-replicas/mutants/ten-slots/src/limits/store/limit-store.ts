import type { Redis } from 'ioredis';
import * as z from 'zod';
import { defineScript } from '../../platform/redis-script.ts';
import { SLOT_RETRY_MS } from '../algorithms/leased-slots.ts';
import type { Limit, Outcome, SlotLimit } from '../algorithms/limit.ts';

/** Whom limits are about. Every combination of scope and id has counters of its own. */
export interface Subject {
  readonly scope: 'tenant' | 'address' | 'account' | 'calls' | 'probe';
  readonly id: string;
}

export type LimitOutcome = Outcome & { readonly limit: Limit };

/** The counters of requests. All methods reject when the store is away or too slow. */
export interface LimitStore {
  /** One outcome for each limit; slots are taken under `lease`. */
  decide(subject: Subject, limits: readonly Limit[], lease: string): Promise<readonly LimitOutcome[]>;
  /** Gives back the slots that were taken under `lease`. */
  release(subject: Subject, limits: readonly Limit[], lease: string): Promise<void>;
}

type RateLimit = Exclude<Limit, SlotLimit>;

const replySchema = z.tuple([z.number(), z.number(), z.number(), z.number()]);

export function createLimitStore(redis: Redis): LimitStore {
  const slots = defineScript(redis, 'takeSlot', TAKE_SLOT);
  const windows = defineScript(redis, 'countInWindow', COUNT);
  return {
    async decide(subject, limits, lease) {
      return await Promise.all(
        limits.map((limit) => (limit.kind === 'slots' ? takeSlot(subject, limit, lease) : count(subject, limit))),
      );
    },
    async release(subject, limits, lease) {
      const keys = limits.filter(({ kind }) => kind === 'slots').map((limit) => keyOf(subject, limit));
      await Promise.all(keys.map((key) => redis.zrem(key, lease)));
    },
  };

  async function count(subject: Subject, limit: RateLimit): Promise<LimitOutcome> {
    const reply = replySchema.parse(await windows([keyOf(subject, limit)], [limit.limit, limit.windowMs]));
    const [allowed, remaining, retryAfterMs, moreInMs] = reply;
    return { limit, allowed: allowed === 1, remaining, retryAfterMs, moreInMs };
  }

  async function takeSlot(subject: Subject, limit: SlotLimit, lease: string): Promise<LimitOutcome> {
    const taken = Number(await slots([keyOf(subject, limit)], [limit.limit, limit.leaseMs, lease]));
    const allowed = taken <= limit.limit;
    const remaining = Math.max(0, limit.limit - taken);
    return { limit, allowed, remaining, retryAfterMs: allowed ? 0 : SLOT_RETRY_MS, moreInMs: SLOT_RETRY_MS };
  }
}

// How many are held with this one; over the limit it is not taken.
const TAKE_SLOT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
local held = redis.call('ZCARD', KEYS[1]) + 1
if held <= tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return held`;

function keyOf({ scope, id }: Subject, { kind, name }: Limit): string {
  return `limits:{${scope}:${id}}:${kind}:${name}`;
}

// A window that slides by tenths: the count of each tenth is a field of a hash, and those that began before the window
// no longer count.
const COUNT = `
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local size = window / 10
local current = math.floor(now / size)
local used, oldest = 0, nil
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local slot = tonumber(fields[i])
  if slot <= current - 10 then redis.call('HDEL', KEYS[1], fields[i])
  else
    used = used + tonumber(fields[i + 1])
    if not oldest or slot < oldest then oldest = slot end
  end
end
local wait = math.ceil(((oldest or current) + 10) * size - now)
if used >= limit then return { 0, 0, wait, wait } end
redis.call('HINCRBY', KEYS[1], string.format('%.0f', current), 1)
redis.call('PEXPIRE', KEYS[1], window)
return { 1, limit - used - 1, 0, wait }`;
