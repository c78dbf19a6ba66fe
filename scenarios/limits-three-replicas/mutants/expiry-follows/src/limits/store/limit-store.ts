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
  const takeToken = defineScript(redis, 'takeToken', TAKE_TOKEN);
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
    const key = keyOf(subject, limit);
    const burst = limit.kind === 'bucket' ? limit.burst : limit.limit;
    const reply = await takeToken([key], [limit.limit, limit.windowMs, burst]);
    const [allowed, remaining, waitMs, ttlMs] = replySchema.parse(reply);
    // When the bucket is full again, nobody needs it.
    await redis.pexpire(key, ttlMs);
    return { limit, allowed: allowed === 1, remaining, retryAfterMs: allowed === 1 ? 0 : waitMs, moreInMs: waitMs };
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

// takeTokens of token-bucket.ts, for one token.
const TAKE_TOKEN = `
local limit, window, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call('HMGET', KEYS[1], 'spent', 'at')
local spent, at = tonumber(stored[1] or 0), tonumber(stored[2] or now)
local capacity = burst * window
local before = math.min(capacity, math.max(0, spent - math.max(0, now - at) * limit))
local allowed = before + window <= capacity
local kept = allowed and before + window or before
redis.call('HSET', KEYS[1], 'spent', string.format('%.0f', kept), 'at', string.format('%.0f', now))
local left = capacity - kept
local wait = math.ceil((window - left % window) / limit)
return { allowed and 1 or 0, math.floor(left / window), wait, math.ceil(kept / limit) }`;

function keyOf({ scope, id }: Subject, { kind, name }: Limit): string {
  return `limits:{${scope}:${id}}:${kind}:${name}`;
}
