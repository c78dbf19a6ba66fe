import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import { admit, type BreakerSettings, type BreakerState, type CallReport, CLOSED, report } from './breaker.ts';
import type { CallGuardMetrics } from './call-guard-metrics.ts';
import { afterCall, mayRetry, type RetryBudgetSettings } from './retry-budget.ts';

/** Stands before the calls to one other service. Make one for each service, not for each call. */
export interface CallGuard {
  /** Makes the call. Throws DEPENDENCY_AWAY at once, and calls nothing, while the service is known to fail. */
  run<T>(call: () => Promise<T>): Promise<T>;
  /** Whether work that failed before may call again now, or has to wait because too much fails. */
  mayRetry(): boolean;
}

interface CallGuardParts {
  /** Of the service that is called. */
  readonly name: string;
  readonly breaker: BreakerSettings;
  readonly budget: RetryBudgetSettings;
  /** What an error tells about the service. */
  readonly reportOf: (error: unknown) => CallReport;
  readonly log: Log;
  readonly metrics: CallGuardMetrics;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** Processes that saw the same outage do not all come back in one moment. */
const OPEN_SPREAD = 0.3;

export function createCallGuard(parts: CallGuardParts): CallGuard {
  const { name, budget, reportOf, log, metrics, now = () => performance.now(), random = Math.random } = parts;
  const breaker = { ...parts.breaker, openMs: Math.round(parts.breaker.openMs * (1 + OPEN_SPREAD * random())) };
  let state: BreakerState = CLOSED;
  let tokens = { tokens: budget.max, atMs: now() };
  metrics.watch(name, () => state.kind);

  return {
    async run(call) {
      const admission = admit(state, now(), breaker);
      moveTo(admission.state);
      if (!admission.allowed) {
        metrics.refused(name, 'breaker');
        throw away(admission.retryAfterMs);
      }
      const { epoch } = admission.state;
      try {
        const result = await call();
        record(epoch, 'success');
        return result;
      } catch (error) {
        record(epoch, reportOf(error));
        throw error;
      }
    },
    mayRetry() {
      const allowed = mayRetry(tokens, now(), budget);
      if (!allowed) metrics.refused(name, 'budget');
      return allowed;
    },
  };

  function record(epoch: number, outcome: CallReport): void {
    const nowMs = now();
    moveTo(report(state, { epoch, outcome, nowMs }, breaker));
    if (outcome !== 'nothing') tokens = afterCall(tokens, { failed: outcome === 'failure', nowMs }, budget);
  }

  function moveTo(next: BreakerState): void {
    const [from, to] = [state.kind, next.kind];
    state = next;
    if (from !== to) log.warn({ dependency: name, from, to }, 'breaker changed');
  }

  function away(retryAfterMs: number): ProblemError {
    const detail = `Calls to ${name} fail. It is asked again in a moment.`;
    return new ProblemError('DEPENDENCY_AWAY', {
      detail,
      retryAfterSeconds: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
    });
  }
}
