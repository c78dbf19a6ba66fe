import { setTimeout as sleep } from 'node:timers/promises';
import type { Router } from 'express';
import type { Redis } from 'ioredis';
import type { Registry } from 'prom-client';
import { createBookRepository } from '../books/book-repository.ts';
import { createCacheMetrics } from '../cache/cache-metrics.ts';
import type { StorefrontSettings } from '../cache/cache-variables.ts';
import { createEncloseChange } from '../cache/enclose-change.ts';
import { createLoadCap } from '../cache/loads/load-cap.ts';
import { createSharedCache } from '../cache/shared/purge-client.ts';
import { createCacheStore } from '../cache/store/cache-store.ts';
import { createPages } from '../cache/store/pages.ts';
import { createTaggedCache } from '../cache/tagged-cache.ts';
import type { Log } from '../platform/logger.ts';
import type { Pool } from '../platform/postgres.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import { createTenantRepository } from '../tenants/tenant-repository.ts';
import { createReadStorefront } from './read-storefront.ts';
import { createShownChanges, type ShownChanges } from './shown-changes.ts';
import { storefrontRoutes } from './storefront-routes.ts';

interface StorefrontFeatureParts {
  readonly settings: StorefrontSettings;
  readonly pool: Pool;
  readonly database: TenantDatabase;
  readonly redis: Redis;
  readonly registry: Registry;
  readonly log: Log;
}

export interface StorefrontFeature {
  readonly routes: Router;
  /** For the feature that changes books. */
  readonly shownChanges: ShownChanges;
}

/** What anybody may read of a shop, and the caches that it is read through. */
export function createStorefrontFeature(parts: StorefrontFeatureParts): StorefrontFeature {
  const { settings, pool, database, redis, registry, log } = parts;
  const { purgeUrl, purgeTimeoutMs: timeoutMs, fetchMsMax, loadsMax } = settings;
  const loads = createLoadCap({ loadsMax });
  const metrics = createCacheMetrics(registry, loads.running);
  const pages = createPages(redis);
  const cache = createTaggedCache({ store: createCacheStore(redis), pages, loads, metrics, log });
  const shared =
    purgeUrl === undefined
      ? undefined
      : createSharedCache({ purgeUrl, timeoutMs, fetchMsMax, onPurge: metrics.purged, sleep: (ms) => sleep(ms) });
  const read = createReadStorefront({
    cache,
    books: createBookRepository(database),
    tenants: createTenantRepository(pool),
  });
  return {
    routes: storefrontRoutes({ read, isShared: shared !== undefined }),
    shownChanges: createShownChanges(createEncloseChange({ cache, shared, log })),
  };
}
