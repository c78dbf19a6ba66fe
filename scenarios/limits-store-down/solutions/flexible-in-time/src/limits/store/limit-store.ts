import type { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes, RLWrapperTimeouts } from 'rate-limiter-flexible';
import { defineScript } from '../../platform/redis-script.ts';
import { SLOT_RETRY_MS } from '../algorithms/leased-slots.ts';
import type { Limit, Outcome, SlotLimit } from '../algorithms/limit.ts';
import { SLIDING_LOG } from './sliding-log.ts';

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

interface Limiter {
  /** Rejects when the store is late. */
  readonly inTime: RLWrapperTimeouts;
  readonly redis: RateLimiterRedis;
}

/** Short enough for every request to find out for itself whether the store is there. */
const STORE_WAIT_MS = 60;

export function createLimitStore(redis: Redis): LimitStore {
  const slots = defineScript(redis, 'takeSlot', TAKE_SLOT);
  const limiters = new Map<Limit, Limiter>();
  return {
    async decide(subject, limits, lease) {
      const outcomes: LimitOutcome[] = [];
      // Limits in time first: what a later one refuses is given back to them.
      for (const limit of limits.toSorted((a, b) => Number(a.kind === 'slots') - Number(b.kind === 'slots'))) {
        const outcome = limit.kind === 'slots' ? await takeSlot(subject, limit, lease) : await count(subject, limit);
        outcomes.push(outcome);
        if (!outcome.allowed) {
          await giveBack(subject, outcomes, lease);
          break;
        }
      }
      return outcomes;
    },
    async release(subject, limits, lease) {
      const keys = limits.filter(({ kind }) => kind === 'slots').map((limit) => keyOf(subject, limit));
      await Promise.all(keys.map((key) => redis.zrem(key, lease)));
    },
  };

  async function count(subject: Subject, limit: RateLimit): Promise<LimitOutcome> {
    const answer = await limiterOf(limit)
      .inTime.consume(keyOf(subject, limit))
      .catch((reason: unknown) => {
        // It rejects with what it counted, or with an error of the store.
        if (reason instanceof RateLimiterRes) return reason;
        throw reason;
      });
    const allowed = answer.consumedPoints <= limit.limit;
    const retryAfterMs = allowed ? 0 : answer.msBeforeNext;
    return { limit, allowed, remaining: answer.remainingPoints, retryAfterMs, moreInMs: answer.msBeforeNext };
  }

  async function giveBack(subject: Subject, outcomes: readonly LimitOutcome[], lease: string): Promise<void> {
    const taken = outcomes.filter(({ allowed }) => allowed).map(({ limit }) => limit);
    await Promise.all(
      taken.map((limit) =>
        limit.kind === 'slots'
          ? redis.zrem(keyOf(subject, limit), lease)
          : limiterOf(limit).redis.reward(keyOf(subject, limit)),
      ),
    );
  }

  /** The library counts whole seconds: shorter windows are taken for one, which lets nobody have more. */
  function limiterOf(limit: RateLimit): Limiter {
    const known = limiters.get(limit);
    if (known) return known;
    const inRedis = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: '',
      points: limit.limit,
      duration: Math.ceil(limit.windowMs / 1_000),
      customIncrTtlLuaScript: SLIDING_LOG,
    });
    const made = { inTime: new RLWrapperTimeouts({ limiter: inRedis, timeoutMs: STORE_WAIT_MS }), redis: inRedis };
    limiters.set(limit, made);
    return made;
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
