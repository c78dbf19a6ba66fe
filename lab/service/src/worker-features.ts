import { forgetOldKeys } from './idempotency/forget-old-keys.ts';
import { createCallLimitsFeature } from './limits/calls/call-limits-feature.ts';
import type { WorkerConfig } from './platform/config.ts';
import type { Log } from './platform/logger.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Pool } from './platform/postgres.ts';
import { createCrossTenantDatabase, createTenantDatabase } from './platform/tenant-transaction.ts';
import { createPaymentCalls, type GuardedCalls } from './resilience/payment-calls.ts';
import { startUploadsWork } from './uploads/uploads-work.ts';
import { startSweepLoop } from './uploads/work/sweep-loop.ts';
import { startWebhooksWork } from './webhooks/webhooks-work.ts';

interface WorkerFeatureParts {
  readonly config: WorkerConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pool: Pool;
  /** For probes and figures. */
  readonly probePool: Pool;
}

/** What a worker does besides charging orders. */
export interface WorkerFeatures {
  /** The way to the payment provider; undefined where nothing stands in it. */
  readonly paymentCalls: GuardedCalls | undefined;
  /** Takes on nothing more, and finishes or gives back what is in hand. */
  drain(): Promise<unknown>;
  close(): Promise<unknown>;
}

const FORGET_EVERY_MS = 3_600_000;

/** Uploads where a store is configured, webhooks where a key is, limits of calls where a Redis is; and clearing up. */
export async function startWorkerFeatures(parts: WorkerFeatureParts): Promise<WorkerFeatures> {
  const { config, log, metrics, pool, probePool } = parts;
  const { registry } = metrics;
  const database = createTenantDatabase({ pool, metrics });
  const acrossTenants = createCrossTenantDatabase({ pool, metrics });
  const callLimits = startCallLimits(parts);
  const { breaker } = config.callLimits;
  const paymentCalls = createPaymentCalls({ limits: callLimits?.paymentCalls, breaker, log, metrics });
  const uploads =
    config.uploads && (await startUploadsWork({ settings: config.uploads, database, acrossTenants, registry, log }));
  if (!uploads) log.info({}, 'uploads are not worked on: S3_ENDPOINT is not set');
  const webhooks =
    config.webhooks &&
    startWebhooksWork({
      settings: config.webhooks,
      database,
      acrossTenants,
      probes: createCrossTenantDatabase({ pool: probePool, metrics }),
      registry,
      log,
      backoff: { baseMs: config.backoffBaseMs, capMs: config.backoffCapMs },
      leaseMs: config.jobLeaseMs,
      stallCheckMs: config.jobStallCheckMs,
      shutdownTimeoutMs: config.shutdownTimeoutMs,
    });
  if (!webhooks) log.info({}, 'webhooks are not sent: ENCRYPTION_KEY is not set');
  const forgetting = startSweepLoop(
    {
      name: 'forgetting old idempotency keys',
      everyMs: FORGET_EVERY_MS,
      run: async (signal) => {
        await forgetOldKeys(acrossTenants, signal);
      },
    },
    log,
  );
  return {
    paymentCalls,
    drain: () => Promise.all([uploads?.stop(), webhooks?.stop(), forgetting.stop()]),
    close: async () => callLimits?.stop(),
  };
}

function startCallLimits({ config, log, metrics: { registry } }: WorkerFeatureParts) {
  const { redisUrl, breaker: _breaker, ...settings } = config.callLimits;
  if (redisUrl === undefined) return undefined;
  const { paymentTimeoutMs: callTimeoutMs } = config;
  return createCallLimitsFeature({ settings: { ...settings, redisUrl }, callTimeoutMs, log, registry });
}
