import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Limit, SlotLimit } from '../algorithms/limit.ts';
import type { LimitOutcome, Subject } from './limit-store.ts';

/** What this process decides alone while the limits store is away. */
export interface LocalCeiling {
  /** One outcome for each limit of requests in time. Slots are not counted: nobody knows what other processes run. */
  decide(subject: Subject, limits: readonly Limit[]): Promise<readonly LimitOutcome[]>;
}

interface LocalCeilingSettings {
  readonly processes: number;
  readonly factor: number;
}

type RateLimit = Exclude<Limit, SlotLimit>;

/** In each process the plan as it is, counted by the library in windows: at their edges twice as much, and no more. */
export function createLocalCeiling(_settings: LocalCeilingSettings): LocalCeiling {
  const limiters = new Map<Limit, RateLimiterMemory>();

  return {
    decide: async ({ scope, id }, limits) =>
      await Promise.all(
        limits.filter((limit) => limit.kind !== 'slots').map((limit) => count(limit, `${scope}:${id}`)),
      ),
  };

  async function count(limit: RateLimit, client: string): Promise<LimitOutcome> {
    const answer = await limiterOf(limit)
      .consume(client)
      .catch((reason: unknown) => {
        if (reason instanceof RateLimiterRes) return reason;
        throw reason;
      });
    const allowed = answer.consumedPoints <= limit.limit;
    const retryAfterMs = allowed ? 0 : answer.msBeforeNext;
    return { limit, allowed, remaining: answer.remainingPoints, retryAfterMs, moreInMs: answer.msBeforeNext };
  }

  function limiterOf(limit: RateLimit): RateLimiterMemory {
    const known = limiters.get(limit);
    if (known) return known;
    const made = new RateLimiterMemory({ points: limit.limit, duration: Math.ceil(limit.windowMs / 1_000) });
    limiters.set(limit, made);
    return made;
  }
}
