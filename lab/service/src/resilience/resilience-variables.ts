import * as z from 'zod';
import { integer, milliseconds } from '../platform/config/environment.ts';

/** Of the API. */
export const sheddingVariables = {
  IN_FLIGHT_MAX: integer({ min: 0, max: 100_000, fallback: '0' }),
};

/** Of the worker. */
export const breakerVariables = {
  PAYMENT_BREAKER_VOLUME: integer({ min: 0, max: 100_000, fallback: '0' }),
  PAYMENT_BREAKER_WINDOW_MS: milliseconds(100, '3000'),
  PAYMENT_BREAKER_OPEN_MS: milliseconds(10, '2000'),
};

const breakerSchema = z.object(breakerVariables);

/** Undefined where there is no breaker. */
export function breakerSettings(values: z.output<typeof breakerSchema>) {
  if (values.PAYMENT_BREAKER_VOLUME === 0) return undefined;
  return {
    volume: values.PAYMENT_BREAKER_VOLUME,
    windowMs: values.PAYMENT_BREAKER_WINDOW_MS,
    openMs: values.PAYMENT_BREAKER_OPEN_MS,
    failurePercent: 50,
    probes: 2,
  };
}
