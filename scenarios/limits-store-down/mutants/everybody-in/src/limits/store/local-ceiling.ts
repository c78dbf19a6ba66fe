import type { Limit } from '../algorithms/limit.ts';
import type { LimitOutcome, Subject } from './limit-store.ts';

/** What this process decides alone while the limits store is away. */
export interface LocalCeiling {
  decide(subject: Subject, limits: readonly Limit[]): readonly LimitOutcome[];
}

interface LocalCeilingSettings {
  readonly processes: number;
  readonly factor: number;
}

/** A limiter must never cost a sale: while nobody counts, everybody is let in. */
export function createLocalCeiling(_settings: LocalCeilingSettings): LocalCeiling {
  return {
    decide: (_subject, limits) =>
      limits.map((limit) => {
        return { limit, allowed: true, remaining: limit.limit, retryAfterMs: 0, moreInMs: 0 };
      }),
  };
}
