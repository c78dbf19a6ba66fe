import { setTimeout as sleep } from 'node:timers/promises';
import { countOpenDeadLetters } from './dead-letters/dead-letter-repository.ts';
import { createJobMetrics } from './jobs/job-metrics.ts';
import { watchOutboxBacklog } from './outbox/outbox-backlog.ts';
import { createCharging } from './payments/charging.ts';
import { createCachedCheck } from './platform/cached-check.ts';
import type { WorkerConfig } from './platform/config.ts';
import { createInternalApp } from './platform/http-app.ts';
import { listen } from './platform/http-server.ts';
import type { Log } from './platform/logger.ts';
import { createMetrics } from './platform/metrics.ts';
import { createPool, observePool } from './platform/postgres.ts';
import { createProbes } from './platform/probes.ts';
import { createCacheClient } from './platform/redis.ts';
import { type CrossTenantDatabase, createCrossTenantDatabase } from './platform/tenant-transaction.ts';
import { startWorkerFeatures } from './worker-features.ts';

export interface RunningWorker {
  readonly internalPort: number;
  /** Takes no more jobs, finishes those in hand within the configured limit, then closes everything. False at the limit. */
  stop(): Promise<boolean>;
}

interface WorkerOptions {
  /** Of the queue's keys in Redis. */
  readonly queuePrefix?: string;
}

const CHECK_LIMITS = { timeoutMs: 1_000, maxAgeMs: 1_000 };
const COUNT_LIMITS = { timeoutMs: 500, maxAgeMs: 1_000 };
const CLOSE_LIMIT_MS = 2_000;

/** Builds the worker from its configuration and starts to work. Neither database, queue nor provider need to be up. */
export async function startWorkerService(
  config: WorkerConfig,
  log: Log,
  { queuePrefix }: WorkerOptions = {},
): Promise<RunningWorker> {
  const metrics = createMetrics();
  const jobMetrics = createJobMetrics(metrics.registry);
  const poolSettings = { url: config.databaseUrl, log };
  const pool = createPool({ ...poolSettings, max: config.databasePoolMax, name: 'shelfwise-worker' });
  // A connection of its own: probes and metrics must not depend on how busy the pool is.
  const probePool = createPool({ ...poolSettings, max: 1, name: 'shelfwise-worker-readiness' });
  observePool(pool, metrics);
  const redis = createCacheClient({ url: config.redisCacheUrl, log });
  const features = await startWorkerFeatures({ config, log, metrics, pool, probePool });
  const charging = createCharging({
    config,
    log,
    metrics,
    jobMetrics,
    pool,
    redis,
    calls: features.paymentCalls,
    queuePrefix,
  });

  let state: 'starting' | 'working' | 'stopping' = 'starting';
  const probes = createProbes({
    isStarted: () => state !== 'starting',
    isDraining: () => state === 'stopping',
    isDatabaseReachable: createCachedCheck(() => probePool.query('SELECT 1'), CHECK_LIMITS),
    isQueueReachable: createCachedCheck(charging.ping, CHECK_LIMITS),
  });
  const figures = createCrossTenantDatabase({ pool: probePool, metrics });
  jobMetrics.watchDeadLetters(deadLetterCount(figures));
  watchOutboxBacklog(figures, metrics.registry);
  const { host, internalPort: port } = config;
  const internal = await listen(createInternalApp({ log, metrics, probes }), { host, port });
  charging.start();
  state = 'working';
  log.info({ internalPort: internal.port, pid: process.pid }, 'worker started');

  return {
    internalPort: internal.port,
    async stop() {
      const startedAtMs = performance.now();
      state = 'stopping';
      log.info({}, 'draining');
      const drained = Promise.all([charging.drain(), features.drain()]);
      const finished = await settlesWithin(drained, config.shutdownTimeoutMs);
      // Connections close last: jobs in hand still need them.
      redis.disconnect();
      await settlesWithin(
        Promise.all([charging.close(), features.close(), pool.end(), probePool.end()]),
        CLOSE_LIMIT_MS,
      );
      internal.server.close();
      internal.server.closeAllConnections();
      log.info({ finished, durationMs: Math.round(performance.now() - startedAtMs) }, 'worker stopped');
      return finished;
    },
  };
}

/** False at the limit. What was in hand then is taken over by another worker when its lease has run out. */
async function settlesWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const done = work.then(() => true);
  return await Promise.race([done, sleep(limitMs, false, { ref: false })]);
}

/** Asked when metrics are; while the database is away, the last answer holds. */
function deadLetterCount(database: CrossTenantDatabase): () => Promise<number> {
  let open = 0;
  const refresh = createCachedCheck(async () => {
    open = await countOpenDeadLetters(database);
  }, COUNT_LIMITS);
  return async () => {
    await refresh();
    return open;
  };
}
