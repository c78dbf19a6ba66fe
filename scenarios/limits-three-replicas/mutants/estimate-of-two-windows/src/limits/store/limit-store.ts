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

/** Allowed, how many are left, and after how many milliseconds there are more. */
const replySchema = z.tuple([z.number(), z.number(), z.number()]);

export function createLimitStore(redis: Redis): LimitStore {
  const slots = defineScript(redis, 'takeSlot', TAKE_SLOT);
  const countOne = defineScript(redis, 'countRequest', COUNT);
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
    const reply = await countOne([keyOf(subject, limit)], [limit.limit, limit.windowMs]);
    const [allowed, remaining, retryAfterMs] = replySchema.parse(reply);
    const moreInMs = retryAfterMs === 0 ? limit.windowMs : retryAfterMs;
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

// Of the last window as much counts as still lies within the time of one window from now.
const COUNT = `
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local number = math.floor(now / window)
local function key(of) return KEYS[1] .. ':' .. string.format('%.0f', of) end
local passed = (now % window) / window
local before = tonumber(redis.call('GET', key(number - 1)) or 0)
local used = tonumber(redis.call('GET', key(number)) or 0)
local estimate = before * (1 - passed) + used
if estimate + 1 > limit then
  -- Until enough of the last window has passed, or this one has.
  local wait = window - now % window
  if before > 0 then wait = math.min(wait, math.ceil((estimate + 1 - limit) * window / before)) end
  return { 0, 0, math.max(1, wait) }
end
redis.call('INCR', key(number))
redis.call('PEXPIRE', key(number), 2 * window)
return { 1, math.floor(limit - estimate - 1), 0 }`;

function keyOf({ scope, id }: Subject, { kind, name }: Limit): string {
  return `limits:{${scope}:${id}}:${kind}:${name}`;
}
