import type { RequestHandler, Router } from 'express';
import { createLimitsFeature, type LimitsFeature } from './limits/limits-feature.ts';
import type { ServiceConfig } from './platform/config.ts';
import type { Log } from './platform/logger.ts';
import type { Metrics } from './platform/metrics.ts';
import type { TenantDatabase } from './platform/tenant-transaction.ts';
import { createLoadShedder } from './resilience/load-shedder.ts';
import { createStorefrontFeature, type StorefrontFeature } from './storefront/storefront-feature.ts';
import { createUploadsFeature } from './uploads/uploads-feature.ts';
import { createWebhooksFeature } from './webhooks/webhooks-feature.ts';

interface Instruments {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Limits of requests, where REDIS_LIMITS_URL names a store for them. */
export async function startLimits(
  { limits: { redisUrl, ...settings }, redisCacheUrl, accessTokenTtlSeconds }: ServiceConfig,
  { log, metrics: { registry } }: Instruments,
): Promise<LimitsFeature | undefined> {
  if (redisUrl !== undefined) {
    return await createLimitsFeature({
      settings: { ...settings, redisUrl: redisCacheUrl },
      accessTokenTtlSeconds,
      log,
      registry,
    });
  }
  log.info({}, 'requests are not limited: REDIS_LIMITS_URL is not set');
  return undefined;
}

/** Refuses what is too much, where IN_FLIGHT_MAX says how much that is. */
export function startShedding({ inFlightMax }: ServiceConfig, { log, metrics: { registry } }: Instruments): Router[] {
  if (inFlightMax > 0) return [createLoadShedder({ inFlightMax, registry })];
  log.info({}, 'no load is shed: IN_FLIGHT_MAX is 0');
  return [];
}

type StorefrontParts = Instruments & Omit<Parameters<typeof createStorefrontFeature>[0], 'settings' | 'registry'>;

/** What the public may read, where STOREFRONT says so. */
export function startStorefront(
  { storefront: settings }: ServiceConfig,
  { metrics, ...parts }: StorefrontParts,
): StorefrontFeature | undefined {
  if (!settings) parts.log.info({}, 'there is no storefront: STOREFRONT is not true');
  else if (settings.purgeUrl === undefined) parts.log.info({}, 'no shared cache is used: VARNISH_PURGE_URL is not set');
  return settings && createStorefrontFeature({ ...parts, settings, registry: metrics.registry });
}

interface OptionalFeatureParts extends Instruments {
  readonly config: ServiceConfig;
  readonly database: TenantDatabase;
  readonly authenticate: RequestHandler;
}

/** What the API has besides, where it is configured: uploads with a store, webhooks with a key. */
export async function createOptionalFeatures(parts: OptionalFeatureParts): Promise<{
  readonly routers: readonly Router[];
  stop(): Promise<void>;
}> {
  const { config, database, authenticate, log, metrics } = parts;
  const { registry } = metrics;
  const uploads =
    config.uploads && (await createUploadsFeature({ settings: config.uploads, database, registry, log, authenticate }));
  if (!uploads) log.info({}, 'there are no uploads: S3_ENDPOINT is not set');
  const webhooks = config.webhooks && createWebhooksFeature({ settings: config.webhooks, database, authenticate });
  if (!webhooks) log.info({}, 'there are no webhooks: ENCRYPTION_KEY is not set');
  return {
    routers: [uploads, webhooks].flatMap((feature) => feature?.routes ?? []),
    async stop() {
      await uploads?.stop();
    },
  };
}
