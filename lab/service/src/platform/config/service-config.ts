import * as z from 'zod';
import { cacheVariables, storefrontSettings } from '../../cache/cache-variables.ts';
import { limitsSettings, limitsVariables } from '../../limits/limits-variables.ts';
import { sheddingVariables } from '../../resilience/resilience-variables.ts';
import { uploadApiVariables, uploadSettings } from '../../uploads/uploads-variables.ts';
import { webhookApiSettings, webhookApiVariables } from '../../webhooks/webhooks-variables.ts';
import { type Environment, integer, parseEnvironment, port, secret } from './environment.ts';
import { processConfig, processVariables } from './process-config.ts';

const schema = z.object({
  ...processVariables,
  ...limitsVariables,
  ...cacheVariables,
  ...sheddingVariables,
  ...uploadApiVariables,
  ...webhookApiVariables,
  PORT: port('3000'),
  JWT_SECRET: secret(z.string().min(32, 'at least 32 characters')),
  ACCESS_TOKEN_TTL_SECONDS: integer({ min: 1, max: 86_400, fallback: '900' }),
  SHUTDOWN_DELAY_MS: integer({ min: 0, max: 60_000, fallback: '0' }),
});

export type ServiceConfig = ReturnType<typeof parseServiceConfig>;

export const serviceVariables = Object.keys(schema.shape);

/** Configuration of `bin/api.ts`. Throws ConfigurationError. */
export function parseServiceConfig(environment: Environment) {
  const values = parseEnvironment(schema, environment);
  return Object.freeze({
    ...processConfig(values),
    port: values.PORT,
    jwtSecret: values.JWT_SECRET,
    accessTokenTtlSeconds: values.ACCESS_TOKEN_TTL_SECONDS,
    cacheLoadsMax: values.CACHE_LOADS_MAX,
    shutdownDelayMs: values.SHUTDOWN_DELAY_MS,
    inFlightMax: values.IN_FLIGHT_MAX,
    limits: limitsSettings(values),
    storefront: storefrontSettings(values),
    uploads: uploadSettings(values),
    webhooks: webhookApiSettings(values),
  });
}
