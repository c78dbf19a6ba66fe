import * as z from 'zod';
import { integer, milliseconds, redisUrl, secret } from '../../platform/config/environment.ts';
import { breakerSettings, breakerVariables } from '../../resilience/resilience-variables.ts';
import { json } from '../limits-variables.ts';
import { ratesSchema } from '../plans.ts';

const callLimitsSchema = z.strictObject({
  limits: ratesSchema,
  /** Calls of all workers that may be under way at the same time. */
  concurrent: z.int().min(1).max(10_000),
});

/** Of the worker: what keeps its calls within limits. Without REDIS_LIMITS_URL they are not counted. */
export const callLimitsVariables = {
  ...breakerVariables,
  REDIS_LIMITS_URL: secret(redisUrl.optional()),
  PAYMENT_CALL_LIMITS_JSON: json(callLimitsSchema, {
    limits: [{ limit: 100, windowMs: 1_000, burst: 50 }],
    concurrent: 32,
  }),
  PAYMENT_CALL_WAIT_MS: milliseconds(0, '500'),
  LIMITS_WORKERS: integer({ min: 1, max: 1_000, fallback: '2' }),
  LIMITS_LOCAL_FACTOR: integer({ min: 1, max: 100, fallback: '2' }),
  LIMITS_TIMEOUT_MS: integer({ min: 5, max: 5_000, fallback: '50' }),
};

const schema = z.object(callLimitsVariables);

export type CallLimitsSettings = Omit<ReturnType<typeof callLimitsSettings>, 'redisUrl' | 'breaker'> & {
  readonly redisUrl: string;
};

export function callLimitsSettings(values: z.output<typeof schema>) {
  return {
    redisUrl: values.REDIS_LIMITS_URL,
    breaker: breakerSettings(values),
    payments: values.PAYMENT_CALL_LIMITS_JSON,
    waitMsMax: values.PAYMENT_CALL_WAIT_MS,
    workers: values.LIMITS_WORKERS,
    localFactor: values.LIMITS_LOCAL_FACTOR,
    storeTimeoutMs: values.LIMITS_TIMEOUT_MS,
  };
}
