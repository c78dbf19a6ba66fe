import type { Registry } from 'prom-client';
import type { Log } from '../../platform/logger.ts';
import type { Limit } from '../algorithms/limit.ts';
import { limitsOfRates } from '../plans.ts';
import { createLimitMetrics } from '../store/limit-metrics.ts';
import { createLimitStore } from '../store/limit-store.ts';
import { createLimiter } from '../store/limiter.ts';
import { createLimitsClient } from '../store/limits-client.ts';
import { createLocalCeiling } from '../store/local-ceiling.ts';
import { type CallLimiter, createCallLimiter } from './call-limiter.ts';
import type { CallLimitsSettings } from './call-limits-variables.ts';

interface CallLimitsFeatureParts {
  readonly settings: CallLimitsSettings;
  /** No call lasts longer. */
  readonly callTimeoutMs: number;
  readonly log: Log;
  readonly registry: Registry;
}

/** A call that is still counted after its time-out belongs to a worker that was killed. */
const LEASE_MARGIN_MS = 1_000;

/** The worker's own limits, for the services that it calls. */
export function createCallLimitsFeature({ settings, callTimeoutMs, log, registry }: CallLimitsFeatureParts): {
  readonly paymentCalls: CallLimiter;
  stop(): Promise<void>;
} {
  const redis = createLimitsClient({ url: settings.redisUrl, log });
  const limiter = createLimiter({
    store: createLimitStore(redis),
    ceiling: createLocalCeiling({ processes: settings.workers, factor: settings.localFactor }),
    metrics: createLimitMetrics(registry),
    log,
    storeTimeoutMs: settings.storeTimeoutMs,
  });
  const stopping = new AbortController();
  const { limits, concurrent } = settings.payments;
  const slots: Limit = {
    kind: 'slots',
    name: 'concurrency',
    limit: concurrent,
    leaseMs: callTimeoutMs + LEASE_MARGIN_MS,
  };
  const paymentCalls = createCallLimiter({
    limiter,
    name: 'payments',
    limits: [...limitsOfRates('calls', limits), slots],
    waitMsMax: settings.waitMsMax,
    signal: stopping.signal,
  });
  return {
    paymentCalls,
    async stop() {
      stopping.abort();
      redis.disconnect();
    },
  };
}
