import type { Redis } from 'ioredis';
import type { JobMetrics } from '../jobs/job-metrics.ts';
import { startJobWorker } from '../jobs/job-worker.ts';
import { createOrderJobs, type WorkLimits } from '../jobs/order-jobs.ts';
import type { CallLimiter } from '../limits/calls/call-limiter.ts';
import type { WorkerConfig } from '../platform/config.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Pool } from '../platform/postgres.ts';
import { createPaymentWork } from './payment-work.ts';

interface ChargingParts {
  readonly config: WorkerConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly jobMetrics: JobMetrics;
  readonly pool: Pool;
  readonly redis: Redis;
  /** Of calls to the provider; none where they are not limited. */
  readonly calls: CallLimiter | undefined;
  /** Of keys in Redis; the jobs are in the database. */
  readonly queuePrefix: string | undefined;
}

/** The way of an order from its job to its charge. */
export interface Charging {
  /** Rejects until the queue is known. */
  ping(): Promise<unknown>;
  start(): void;
  /** Takes no more jobs, and waits for those in hand. */
  drain(): Promise<unknown>;
  close(): Promise<unknown>;
}

export function createCharging(parts: ChargingParts): Charging {
  const { config, log, metrics, jobMetrics, pool, redis, calls } = parts;
  const jobs = createOrderJobs({
    url: config.databaseUrl,
    name: 'shelfwise-worker-jobs',
    log,
    max: 4,
    supervise: true,
  });

  return {
    async ping() {
      if (!jobs.isStarted()) throw new Error('The job queue has not started.');
    },
    start() {
      const perform = createPaymentWork({ config, log, metrics, pool, redis, jobs, calls });
      const { jobAttemptsMax: attemptsMax } = config;
      startJobWorker({ jobs, limits: limitsOf(config), perform, metrics: jobMetrics, log, attemptsMax });
    },
    drain: () => jobs.stop(config.shutdownTimeoutMs),
    close: async () => undefined,
  };
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
