import type { Limit } from '../algorithms/limit.ts';
import { createBoundedMap } from './bounded-map.ts';
import type { LimitOutcome, Subject } from './limit-store.ts';

/** Refusals that the store would only repeat, so that a flood costs it one question for each wait and not one a request. */
export interface RefusalMemory {
  /** What the store said, with the waits as they are now. Undefined where it must be asked. */
  recall(subject: Subject, limits: readonly Limit[]): readonly LimitOutcome[] | undefined;
  remember(subject: Subject, limits: readonly Limit[], outcomes: readonly LimitOutcome[]): void;
}

interface Refusal {
  /** The very list that was asked: after a change of plan it is another one. */
  readonly limits: readonly Limit[];
  readonly outcomes: readonly LimitOutcome[];
  readonly atMs: number;
  readonly untilMs: number;
}

const SUBJECTS_MAX = 10_000;
/** Limits may be lifted meanwhile. */
const REMEMBERED_MS_MAX = 1_000;

export function createRefusalMemory(now: () => number): RefusalMemory {
  const refusals = createBoundedMap<Refusal>(SUBJECTS_MAX);

  return {
    recall({ scope, id }, limits) {
      const refusal = refusals.get(`${scope}:${id}`);
      const nowMs = now();
      if (refusal?.limits !== limits || nowMs >= refusal.untilMs) return undefined;
      const passedMs = Math.floor(nowMs - refusal.atMs);
      const later = (ms: number) => (ms === 0 ? 0 : Math.max(1, ms - passedMs));
      return refusal.outcomes.map((outcome) => {
        return { ...outcome, retryAfterMs: later(outcome.retryAfterMs), moreInMs: later(outcome.moreInMs) };
      });
    },
    remember({ scope, id }, limits, outcomes) {
      // A slot may become free at any moment, so only the waits of the other limits are certain.
      const waitsMs = outcomes.filter(({ limit }) => limit.kind !== 'slots').map(({ retryAfterMs }) => retryAfterMs);
      const certainMs = Math.min(Math.max(0, ...waitsMs), REMEMBERED_MS_MAX);
      const atMs = now();
      if (certainMs > 0) refusals.set(`${scope}:${id}`, { limits, outcomes, atMs, untilMs: atMs + certainMs });
    },
  };
}
