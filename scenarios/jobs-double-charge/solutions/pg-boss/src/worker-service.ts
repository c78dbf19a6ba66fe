import { setTimeout as sleep } from 'node:timers/promises';
import { countOpenDeadLetters } from './dead-letters/dead-letter-repository.ts';
import { createJobMetrics } from './jobs/job-metrics.ts';
import { startJobWorker } from './jobs/job-worker.ts';
import { createOrderJobs, type WorkLimits } from './jobs/order-jobs.ts';
import { createPaymentWork } from './payments/payment-work.ts';
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

export interface RunningWorker {
  readonly internalPort: number;
  /** Takes no more jobs, finishes those in hand within the configured limit, then closes everything. */
  stop(): Promise<void>;
}

const CHECK_LIMITS = { timeoutMs: 1_000, maxAgeMs: 1_000 };
const COUNT_LIMITS = { timeoutMs: 500, maxAgeMs: 1_000 };
const CLOSE_LIMIT_MS = 2_000;

/** Builds the worker from its configuration and starts to work. Neither database nor provider need to be up. */
export async function startWorkerService(config: WorkerConfig, log: Log): Promise<RunningWorker> {
  const metrics = createMetrics();
  const jobMetrics = createJobMetrics(metrics.registry);
  const poolSettings = { url: config.databaseUrl, log };
  const pool = createPool({ ...poolSettings, max: config.databasePoolMax, name: 'shelfwise-worker' });
  // A connection of its own: probes and metrics must not depend on how busy the pool is.
  const probePool = createPool({ ...poolSettings, max: 1, name: 'shelfwise-worker-readiness' });
  observePool(pool, metrics);
  const redis = createCacheClient({ url: config.redisCacheUrl, log });
  const jobs = createOrderJobs({
    url: config.databaseUrl,
    name: 'shelfwise-worker-jobs',
    log,
    max: 4,
    supervise: true,
  });

  let state: 'starting' | 'working' | 'stopping' = 'starting';
  const probes = createProbes({
    isStarted: () => state !== 'starting',
    isDraining: () => state === 'stopping',
    isDatabaseReachable: createCachedCheck(() => probePool.query('SELECT 1'), CHECK_LIMITS),
    isQueueReachable: async () => jobs.isStarted(),
  });
  jobMetrics.watchDeadLetters(deadLetterCount(createCrossTenantDatabase({ pool: probePool, metrics })));
  const { host, internalPort: port } = config;
  const internal = await listen(createInternalApp({ log, metrics, probes }), { host, port });

  const { jobAttemptsMax: attemptsMax } = config;
  const perform = createPaymentWork({ config, log, metrics, pool, redis, jobs });
  startJobWorker({ jobs, limits: limitsOf(config), perform, metrics: jobMetrics, log, attemptsMax });
  state = 'working';
  log.info({ internalPort: internal.port, pid: process.pid }, 'worker started');

  return {
    internalPort: internal.port,
    async stop() {
      const startedAtMs = performance.now();
      state = 'stopping';
      log.info({}, 'draining');
      const finished = await settlesWithin(jobs.stop(config.shutdownTimeoutMs), config.shutdownTimeoutMs);
      // Connections close last: jobs in hand still need them.
      redis.disconnect();
      await settlesWithin(Promise.all([pool.end(), probePool.end()]), CLOSE_LIMIT_MS);
      internal.server.close();
      internal.server.closeAllConnections();
      log.info({ finished, durationMs: Math.round(performance.now() - startedAtMs) }, 'worker stopped');
    },
  };
}

/** False at the limit. What was in hand then is taken over by another worker when its lease has run out. */
async function settlesWithin(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  const done = work.then(() => true);
  return await Promise.race([done, sleep(limitMs, false, { ref: false })]);
}

/** An attempt looks for a charge, makes one and records it: two calls at most, and what the database needs. */
function limitsOf(config: WorkerConfig): WorkLimits {
  const seconds = (ms: number): number => Math.ceil(ms / 1_000);
  return {
    concurrency: config.jobConcurrency,
    expireInSeconds: seconds(2 * config.paymentTimeoutMs + config.jobLeaseMs),
    retryDelay: seconds(config.backoffBaseMs),
    retryDelayMax: seconds(config.backoffCapMs),
  };
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
