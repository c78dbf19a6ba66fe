import * as z from 'zod';
import {
  type Environment,
  integer,
  milliseconds,
  parseEnvironment,
  postgresUrl,
} from '../platform/config/environment.ts';
import type { Log } from '../platform/logger.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createPool } from '../platform/postgres.ts';
import { createCrossTenantDatabase, createTenantDatabase } from '../platform/tenant-transaction.ts';
import { webhookWorkSettings, webhookWorkVariables } from '../webhooks/webhooks-variables.ts';
import { startWebhooksWork } from '../webhooks/webhooks-work.ts';

const schema = z.object({
  ...webhookWorkVariables,
  DATABASE_URL: postgresUrl,
  JOB_LEASE_MS: milliseconds(10, '300'),
  JOB_STALL_CHECK_MS: milliseconds(10, '100'),
  BACKOFF_BASE_MS: milliseconds(1, '50'),
  BACKOFF_CAP_MS: milliseconds(1, '200'),
  SHUTDOWN_TIMEOUT_MS: integer({ min: 10, max: 60_000, fallback: '3000' }),
});

export interface RunningWebhookWorker {
  /** The text of `/metrics`. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** What the worker does about webhooks, and nothing else. */
export function startWebhookWorker(environment: Environment, log: Log): RunningWebhookWorker {
  const values = parseEnvironment(schema, environment);
  const settings = webhookWorkSettings(values);
  if (!settings) throw new Error('ENCRYPTION_KEY is not set.');
  const pool = createPool({ url: values.DATABASE_URL, max: 10, name: 'test-webhooks', log });
  const probePool = createPool({ url: values.DATABASE_URL, max: 1, name: 'test-webhooks-probes', log });
  const metrics = createMetrics();
  const work = startWebhooksWork({
    database: createTenantDatabase({ pool, metrics }),
    acrossTenants: createCrossTenantDatabase({ pool, metrics }),
    probes: createCrossTenantDatabase({ pool: probePool, metrics }),
    registry: metrics.registry,
    log,
    settings,
    backoff: { baseMs: values.BACKOFF_BASE_MS, capMs: values.BACKOFF_CAP_MS },
    leaseMs: values.JOB_LEASE_MS,
    stallCheckMs: values.JOB_STALL_CHECK_MS,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
  });
  return {
    metrics: metrics.render,
    async stop() {
      await work.stop();
      await Promise.all([pool.end(), probePool.end()]);
    },
  };
}
