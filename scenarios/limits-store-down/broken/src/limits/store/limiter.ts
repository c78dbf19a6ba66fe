import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../platform/logger.ts';
import { createStateLog } from '../../platform/state-log.ts';
import type { Limit } from '../algorithms/limit.ts';
import type { LimitMetrics } from './limit-metrics.ts';
import type { LimitOutcome, LimitStore, Subject } from './limit-store.ts';
import type { LocalCeiling } from './local-ceiling.ts';
import { createRefusalMemory } from './refusal-memory.ts';

export interface LimitDecision {
  readonly allowed: boolean;
  /** Of each limit that was asked. */
  readonly outcomes: readonly LimitOutcome[];
  /** `memory`: the store refused a moment ago and would only repeat it. `local`: this process decided alone. */
  readonly source: 'store' | 'memory' | 'local';
  /** Gives back the slots that the request holds. To be called when it ends, in whatever way. */
  release(): void;
}

/** Pass the same list each time for the same limits: a refusal is remembered for the list that was asked. */
export interface Limiter {
  /** While the store is away this process decides alone. Never rejects. */
  decide(subject: Subject, limits: readonly Limit[]): Promise<LimitDecision>;
  /** Rejects while the store is away: for what must not be tried without limit. */
  decideExactly(subject: Subject, limits: readonly Limit[]): Promise<LimitDecision>;
}

interface LimiterParts {
  readonly store: LimitStore;
  readonly ceiling: LocalCeiling;
  readonly metrics: LimitMetrics;
  readonly log: Log;
  /** Pause before the store is asked again. */
  readonly storeTimeoutMs: number;
  readonly now?: () => number;
}

/** Most failures are over in a moment. */
const ATTEMPTS_MAX = 5;

export function createLimiter(parts: LimiterParts): Limiter {
  const { store, ceiling, metrics, log, storeTimeoutMs, now = () => performance.now() } = parts;
  const state = createStateLog(log, 'the limits store');
  const memory = createRefusalMemory(now);

  return {
    decide: (subject, limits) =>
      measured(subject, async () => {
        return await exactly(subject, limits).catch(() => decisionOf('local', ceiling.decide(subject, limits)));
      }),
    decideExactly: (subject, limits) => measured(subject, () => exactly(subject, limits)),
  };

  async function measured(subject: Subject, make: () => Promise<LimitDecision>): Promise<LimitDecision> {
    const startedAtMs = now();
    const decision = await make();
    metrics.decided(subject, decision, now() - startedAtMs);
    return decision;
  }

  async function exactly(subject: Subject, limits: readonly Limit[]): Promise<LimitDecision> {
    if (limits.length === 0) return decisionOf('local', []);
    const refusal = memory.recall(subject, limits);
    if (refusal) return decisionOf('memory', refusal);
    const lease = randomUUID();
    const outcomes = await ask(subject, limits, lease);
    const decision = decisionOf('store', outcomes, () => {
      if (limits.some(({ kind }) => kind === 'slots')) store.release(subject, limits, lease).catch(() => {});
    });
    if (!decision.allowed) memory.remember(subject, limits, outcomes);
    return decision;
  }

  async function ask(subject: Subject, limits: readonly Limit[], lease: string): Promise<readonly LimitOutcome[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const outcomes = await store.decide(subject, limits, lease);
        state.works();
        return outcomes;
      } catch (error) {
        metrics.storeFailed();
        state.fails(error);
        if (attempt === ATTEMPTS_MAX) throw error;
        await sleep(storeTimeoutMs);
      }
    }
  }
}

function decisionOf(
  source: LimitDecision['source'],
  outcomes: readonly LimitOutcome[],
  release: () => void = () => {},
): LimitDecision {
  const allowed = outcomes.every((outcome) => outcome.allowed);
  return { allowed, outcomes, source, release: allowed ? release : () => {} };
}
