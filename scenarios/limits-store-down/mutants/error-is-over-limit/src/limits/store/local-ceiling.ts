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

const RETRY_AFTER_MS = 1_000;

/** Nobody knows what other processes have let through. Whoever cannot be counted may be over: a plan is a promise. */
export function createLocalCeiling(_settings: LocalCeilingSettings): LocalCeiling {
  return {
    decide: (_subject, limits) =>
      limits.map((limit) => {
        return { limit, allowed: false, remaining: 0, retryAfterMs: RETRY_AFTER_MS, moreInMs: RETRY_AFTER_MS };
      }),
  };
}
