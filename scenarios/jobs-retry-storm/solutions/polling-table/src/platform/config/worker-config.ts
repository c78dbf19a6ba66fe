import * as z from 'zod';
import { callLimitsSettings, callLimitsVariables } from '../../limits/calls/call-limits-variables.ts';
import { uploadWorkSettings, uploadWorkVariables } from '../../uploads/uploads-variables.ts';
import { webhookWorkSettings, webhookWorkVariables } from '../../webhooks/webhooks-variables.ts';
import { type Environment, httpUrl, integer, milliseconds, parseEnvironment } from './environment.ts';
import { processConfig, processVariables } from './process-config.ts';

const schema = z.object({
  ...processVariables,
  ...callLimitsVariables,
  ...uploadWorkVariables,
  ...webhookWorkVariables,
  PAYMENT_URL: httpUrl,
  PAYMENT_TIMEOUT_MS: integer({ min: 10, max: 60_000, fallback: '2000' }),
  JOB_LEASE_MS: milliseconds(100, '30000'),
  JOB_STALL_CHECK_MS: milliseconds(50, '15000'),
  JOB_ATTEMPTS_MAX: integer({ min: 1, max: 100, fallback: '8' }),
  JOB_CRASHES_MAX: integer({ min: 1, max: 100, fallback: '3' }),
  BACKOFF_BASE_MS: milliseconds(1, '2000'),
  BACKOFF_CAP_MS: milliseconds(1, '3600000'),
  JOB_CONCURRENCY: integer({ min: 1, max: 100, fallback: '8' }),
  OUTBOX_POLL_MS: integer({ min: 10, max: 60_000, fallback: '250' }),
});

export type WorkerConfig = ReturnType<typeof parseWorkerConfig>;

export const workerVariables = Object.keys(schema.shape);

/** Configuration of `bin/worker.ts`. Throws ConfigurationError. */
export function parseWorkerConfig(environment: Environment) {
  const values = parseEnvironment(schema, environment);
  return Object.freeze({
    ...processConfig(values),
    paymentUrl: values.PAYMENT_URL,
    paymentTimeoutMs: values.PAYMENT_TIMEOUT_MS,
    jobLeaseMs: values.JOB_LEASE_MS,
    jobStallCheckMs: values.JOB_STALL_CHECK_MS,
    jobAttemptsMax: values.JOB_ATTEMPTS_MAX,
    jobCrashesMax: values.JOB_CRASHES_MAX,
    backoffBaseMs: values.BACKOFF_BASE_MS,
    backoffCapMs: values.BACKOFF_CAP_MS,
    jobConcurrency: values.JOB_CONCURRENCY,
    outboxPollMs: values.OUTBOX_POLL_MS,
    callLimits: callLimitsSettings(values),
    uploads: uploadWorkSettings(values),
    webhooks: webhookWorkSettings(values),
  });
}
