import { Router } from 'express';
import { createAuthFeature } from './auth/auth-feature.ts';
import { createBooksFeature } from './books/books-feature.ts';
import { createDeadLettersFeature } from './dead-letters/dead-letters-feature.ts';
import { createOrderJobs } from './jobs/order-jobs.ts';
import { createOperatorsFeature } from './operators/operators-feature.ts';
import { createOptionalFeatures, startLimits, startShedding, startStorefront } from './optional-features.ts';
import { createOrdersFeature } from './orders/orders-feature.ts';
import { createCachedCheck } from './platform/cached-check.ts';
import type { ServiceConfig } from './platform/config.ts';
import { createDrain } from './platform/drain.ts';
import { createHttpApp, createInternalApp } from './platform/http-app.ts';
import { listen } from './platform/http-server.ts';
import type { Log } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createPool, observePool } from './platform/postgres.ts';
import { createProbes } from './platform/probes.ts';
import { createCacheClient, waitUntilConnected } from './platform/redis.ts';
import { stopInOrder } from './platform/shutdown.ts';
import { createCrossTenantDatabase, createTenantDatabase } from './platform/tenant-transaction.ts';
import { createTenantsFeature } from './tenants/tenants-feature.ts';

export interface RunningService {
  readonly port: number;
  readonly internalPort: number;
  /**
   * Not ready, no new connections, requests in flight finished, then everything closed. Within the configured limits;
   * false when requests were cut off for them.
   */
  stop(): Promise<boolean>;
}

const CACHE_WAIT_MS = 300;
const CHECK_LIMITS = { timeoutMs: 1_000, maxAgeMs: 1_000 };

/** Builds the service from its configuration and starts to listen. Neither database nor cache need to be up. */
export async function startService(config: ServiceConfig, log: Log): Promise<RunningService> {
  const metrics = createMetrics();
  const poolSettings = { url: config.databaseUrl, log };
  const pool = createPool({ ...poolSettings, max: config.databasePoolMax, name: 'shelfwise' });
  // A connection of its own: readiness must not depend on how busy the pool is.
  const probePool = createPool({ ...poolSettings, max: 1, name: 'shelfwise-readiness' });
  observePool(pool, metrics);
  const redis = createCacheClient({ url: config.redisCacheUrl, log });
  const database = createTenantDatabase({ pool, metrics });
  const drain = createDrain();
  let started = false;
  const isDatabaseReachable = createCachedCheck(() => probePool.query('SELECT 1'), CHECK_LIMITS);
  const probes = createProbes({ isStarted: () => started, isDraining: drain.isDraining, isDatabaseReachable });
  // Asked once ahead, so that the first probe finds a connection and an answer.
  void isDatabaseReachable();
  // First of all: whoever starts the program asks it from now on how far it is.
  const operators = Router();
  const { host } = config;
  const internalApp = createInternalApp({ log, metrics, probes, routers: [operators] });
  const internal = await listen(internalApp, { host, port: config.internalPort });

  const limits = await startLimits(config, { log, metrics });
  const { jwtSecret: secret, accessTokenTtlSeconds: ttlSeconds, bookCacheTtlSeconds: cacheTtlSeconds } = config;
  const { cacheLoadsMax: loadsMax } = config;
  const limitSignIn = limits?.limitSignIn;
  const { authenticate, ...auth } = await createAuthFeature({ pool, database, secret, ttlSeconds, limitSignIn });
  const storefront = startStorefront(config, { pool, database, redis, log, metrics });
  const { shownChanges } = storefront ?? {};
  const books = createBooksFeature({
    database,
    redis,
    metrics,
    log,
    authenticate,
    cacheTtlSeconds,
    loadsMax,
    shownChanges,
  });
  const jobs = createOrderJobs({ url: config.databaseUrl, name: 'shelfwise-jobs', log, max: 1, supervise: false });
  const { addEvent } = jobs;
  const { registry } = metrics;
  const { changeStock } = books;
  const orders = createOrdersFeature({ database, changeStock, addEvent, authenticate, registry });
  const deadLetters = createDeadLettersFeature({ database, addEvent, authenticate });
  const acrossTenants = createCrossTenantDatabase({ pool, metrics });
  operators.use(
    createOperatorsFeature({ database: acrossTenants, announce: limits?.planChanges.announce, log }).routes,
  );
  const optional = await createOptionalFeatures({ config, database, authenticate, log, metrics });
  const tenants = createTenantsFeature({ database, authenticate });
  const routers = [auth.routes, tenants.routes, books.routes, orders, deadLetters, ...optional.routers];
  if (storefront) routers.push(storefront.routes);
  const shedding = startShedding(config, { log, metrics });
  const beforeBody = limits ? [...shedding, auth.identify, limits.routes] : shedding;
  const app = createHttpApp({ log, metrics, probes, inFlight: drain.track, beforeBody, routers });

  await waitUntilConnected(redis, CACHE_WAIT_MS);
  const main = await listen(app, { host, port: config.port });
  started = true;
  log.info({ port: main.port, internalPort: internal.port, pid: process.pid }, 'service started');

  return {
    port: main.port,
    internalPort: internal.port,
    stop: async () => {
      const cutOff = await stopInOrder({
        config,
        log,
        drain,
        main: main.server,
        internal: internal.server,
        pools: [pool, probePool],
        redis,
      });
      await Promise.all([limits?.stop(), optional.stop(), jobs.stop()]);
      return cutOff === 0;
    },
  };
}
