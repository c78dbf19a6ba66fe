import type { CallLimiter } from '../limits/calls/call-limiter.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { BreakerSettings } from './breaker.ts';
import { createCallGuard } from './call-guard.ts';
import { createCallGuardMetrics } from './call-guard-metrics.ts';
import { reportOfCallError } from './call-report.ts';

/** The one way to the payment provider. */
export interface GuardedCalls extends CallLimiter {
  /** Whether work that failed before may call again now; always, where it is missing. */
  mayRetry?(): boolean;
}

interface PaymentCallsParts {
  /** Undefined: calls are not limited. */
  readonly limits: CallLimiter | undefined;
  /** Undefined: there is no breaker. */
  readonly breaker: BreakerSettings | undefined;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** With one call in ten failing, each is tried again at once; above that, retries wait. */
const RETRY_BUDGET = { max: 10, perSuccess: 0.1, perSecond: 1 };

/** The breaker stands before the limits: a call that is not made takes no turn, and is refused without waiting. */
export function createPaymentCalls({ limits, breaker, log, metrics }: PaymentCallsParts): GuardedCalls | undefined {
  if (!breaker) {
    log.info({}, 'calls to the payment provider have no breaker: PAYMENT_BREAKER_VOLUME is 0');
    return limits;
  }
  const guard = createCallGuard({
    name: 'payments',
    breaker,
    budget: RETRY_BUDGET,
    reportOf: reportOfCallError,
    log,
    metrics: createCallGuardMetrics(metrics.registry),
  });
  return {
    run: (call) => guard.run(() => (limits ? limits.run(call) : call())),
    mayRetry: guard.mayRetry,
  };
}
