import * as z from 'zod';
import { integer, milliseconds, secret } from '../platform/config/environment.ts';
import type { UrlRules } from './endpoints/endpoint-url.ts';

const KEY_BYTES = 32;

/** What both programs need. Without the key there are no webhooks. */
const sharedVariables = {
  ENCRYPTION_KEY: secret(
    z
      .string()
      .regex(/^[A-Za-z0-9+/]{43}=$/, `${KEY_BYTES} bytes in base64`)
      .optional(),
  ),
  WEBHOOK_ALLOW_HTTP: z.enum(['true', 'false']).default('false'),
  WEBHOOK_ALLOWED_HOSTS: z
    .string()
    .regex(/^[\w.:-]+(?:,[\w.:-]+)*$/, 'host names or addresses, with commas between them')
    .default(''),
};

export const webhookApiVariables = {
  ...sharedVariables,
  WEBHOOK_SECRET_OVERLAP_SECONDS: integer({ min: 0, max: 604_800, fallback: '86400' }),
};

export const webhookWorkVariables = {
  ...sharedVariables,
  WEBHOOK_TIMEOUT_MS: integer({ min: 10, max: 60_000, fallback: '15000' }),
  WEBHOOK_ATTEMPTS_MAX: integer({ min: 1, max: 100, fallback: '15' }),
  WEBHOOK_CONCURRENCY: integer({ min: 1, max: 200, fallback: '32' }),
  WEBHOOK_TENANT_CONCURRENCY: integer({ min: 1, max: 200, fallback: '8' }),
  WEBHOOK_ENDPOINT_CONCURRENCY: integer({ min: 1, max: 200, fallback: '4' }),
  WEBHOOK_POLL_MS: integer({ min: 10, max: 60_000, fallback: '100' }),
  WEBHOOK_BREAKER_FAILURES: integer({ min: 1, max: 1_000, fallback: '5' }),
  WEBHOOK_BREAKER_PERIOD_MS: milliseconds(10, '60000'),
  WEBHOOK_SUSPEND_FAILURES: integer({ min: 1, max: 1_000, fallback: '10' }),
  WEBHOOK_RAMP_MS: milliseconds(0, '60000'),
};

const apiSchema = z.object(webhookApiVariables);
const workSchema = z.object(webhookWorkVariables);

export type WebhookApiSettings = NonNullable<ReturnType<typeof webhookApiSettings>>;
export type WebhookWorkSettings = NonNullable<ReturnType<typeof webhookWorkSettings>>;

/** Undefined without ENCRYPTION_KEY: the API then has no webhooks. */
export function webhookApiSettings(values: z.output<typeof apiSchema>) {
  const encryptionKey = keyOf(values.ENCRYPTION_KEY);
  if (!encryptionKey) return undefined;
  return { encryptionKey, urlRules: urlRulesOf(values), secretOverlapSeconds: values.WEBHOOK_SECRET_OVERLAP_SECONDS };
}

/** Undefined without ENCRYPTION_KEY: the worker then sends no webhooks. */
export function webhookWorkSettings(values: z.output<typeof workSchema>) {
  const encryptionKey = keyOf(values.ENCRYPTION_KEY);
  if (!encryptionKey) return undefined;
  return {
    encryptionKey,
    urlRules: urlRulesOf(values),
    timeoutMs: values.WEBHOOK_TIMEOUT_MS,
    attemptsMax: values.WEBHOOK_ATTEMPTS_MAX,
    concurrency: values.WEBHOOK_CONCURRENCY,
    tenantConcurrency: values.WEBHOOK_TENANT_CONCURRENCY,
    endpointConcurrency: values.WEBHOOK_ENDPOINT_CONCURRENCY,
    pollMs: values.WEBHOOK_POLL_MS,
    breakerFailures: values.WEBHOOK_BREAKER_FAILURES,
    breakerPeriodMs: values.WEBHOOK_BREAKER_PERIOD_MS,
    suspendFailures: values.WEBHOOK_SUSPEND_FAILURES,
    rampMs: values.WEBHOOK_RAMP_MS,
  };
}

function keyOf(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

function urlRulesOf(
  values: Pick<z.output<typeof apiSchema>, 'WEBHOOK_ALLOW_HTTP' | 'WEBHOOK_ALLOWED_HOSTS'>,
): UrlRules {
  const hosts = values.WEBHOOK_ALLOWED_HOSTS.split(',').filter((host) => host !== '');
  return { allowHttp: values.WEBHOOK_ALLOW_HTTP === 'true', allowedHosts: new Set(hosts) };
}
