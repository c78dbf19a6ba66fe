import { randomUUID } from 'node:crypto';
import type { Log } from '../../platform/logger.ts';
import { createStateLog } from '../../platform/state-log.ts';
import type { Limit } from '../algorithms/limit.ts';
import type { LimitMetrics } from './limit-metrics.ts';
import type { LimitOutcome, LimitStore, Subject } from './limit-store.ts';
import type { LocalCeiling } from './local-ceiling.ts';
import { createRefusalMemory } from './refusal-memory.ts';
import { createStoreGuard, StoreAwayError } from './store-guard.ts';

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
  /** Fails open: while the store is away this process decides, under a ceiling of its own. Never rejects. */
  decide(subject: Subject, limits: readonly Limit[]): Promise<LimitDecision>;
  /** Rejects while the store is away: for what must not be tried without limit. */
  decideExactly(subject: Subject, limits: readonly Limit[]): Promise<LimitDecision>;
}

interface LimiterParts {
  readonly store: LimitStore;
  readonly ceiling: LocalCeiling;
  readonly metrics: LimitMetrics;
  readonly log: Log;
  /** A decision waits this long for the store, then it is made without it. */
  readonly storeTimeoutMs: number;
  readonly now?: () => number;
}

const PROBE: readonly Limit[] = [{ kind: 'bucket', name: 'probe', limit: 1_000, windowMs: 1_000, burst: 1_000 }];

export function createLimiter(parts: LimiterParts): Limiter {
  const { store, ceiling, metrics, log, storeTimeoutMs, now = () => performance.now() } = parts;
  const state = createStateLog(log, 'the limits store');
  const memory = createRefusalMemory(now);
  const guard = createStoreGuard({
    probe: () => store.decide({ scope: 'probe', id: 'store' }, PROBE, ''),
    onAway(error) {
      metrics.storeAvailable(false);
      state.fails(error);
    },
    onBack() {
      metrics.storeAvailable(true);
      state.works();
    },
    timeoutMs: storeTimeoutMs,
    now,
  });

  return {
    decide: (subject, limits) =>
      measured(subject, async () => {
        return await exactly(subject, limits).catch(() => {
          // There are as many addresses as an attacker likes: memory is for those who have a plan.
          if (subject.scope === 'address') return decisionOf('local', []);
          return decisionOf('local', ceiling.decide(subject, limits));
        });
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
    const release = () => {
      // A slot that cannot be given back becomes free when its lease ends.
      if (limits.some(({ kind }) => kind === 'slots')) store.release(subject, limits, lease).catch(() => {});
    };
    try {
      const outcomes = await guard.run(() => store.decide(subject, limits, lease));
      const decision = decisionOf('store', outcomes, release);
      if (!decision.allowed) memory.remember(subject, limits, outcomes);
      return decision;
    } catch (error) {
      if (error instanceof StoreAwayError) throw error;
      metrics.storeFailed();
      // The question may still arrive and take a slot. The same connection brings this after it.
      release();
      throw error;
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
