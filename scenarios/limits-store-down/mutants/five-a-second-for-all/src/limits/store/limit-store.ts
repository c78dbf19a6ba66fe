import type { Redis } from 'ioredis';
import { defineScript } from '../../platform/redis-script.ts';
import { SLOT_RETRY_MS } from '../algorithms/leased-slots.ts';
import type { Limit, Outcome, SlotLimit } from '../algorithms/limit.ts';
import { type BucketState, takeTokens } from '../algorithms/token-bucket.ts';

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

/** What this process takes on in all: whoever asks, more would only be limited later. */
const IN_ALL = { limit: 5, windowMs: 1_000, burst: 5 };

export function createLimitStore(redis: Redis): LimitStore {
  const slots = defineScript(redis, 'takeSlot', TAKE_SLOT);
  let state: BucketState | undefined;
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
    // Sign-in has limits of its own, and people do not wait for those of pages.
    if (subject.scope !== 'tenant') return { limit, allowed: true, remaining: 1, retryAfterMs: 0, moreInMs: 0 };
    const { state: next, ...outcome } = takeTokens(IN_ALL, state, { nowMs: Math.floor(performance.now()), cost: 1 });
    state = next;
    const { allowed, remaining, retryAfterMs, moreInMs } = outcome;
    return { limit, allowed, remaining, retryAfterMs, moreInMs };
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
