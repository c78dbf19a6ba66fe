import type { Redis } from 'ioredis';
import type { JobMetrics } from '../jobs/job-metrics.ts';
import { createJobQueue } from '../jobs/job-queue.ts';
import { startJobWorker } from '../jobs/job-worker.ts';
import type { CallLimiter } from '../limits/calls/call-limiter.ts';
import { startOutboxRelay } from '../outbox/outbox-relay.ts';
import type { WorkerConfig } from '../platform/config.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createCrossTenantDatabase } from '../platform/tenant-transaction.ts';
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
  /** Of keys in Redis; the queue is in the database. */
  readonly queuePrefix: string | undefined;
}

/** One of them listens for new jobs. */
const QUEUE_CONNECTIONS = 6;
/** Jobs with a time of their own are looked for this often. */
const POLL_MS = 100;

/** The way of an order from its event to its charge: published, queued, performed. */
export interface Charging {
  /** Rejects while the queue cannot be reached. */
  ping(): Promise<unknown>;
  start(): void;
  /** Takes no more jobs, and waits for those in hand. */
  drain(): Promise<unknown>;
  close(): Promise<unknown>;
}

export function createCharging(parts: ChargingParts): Charging {
  const { config, log, metrics, jobMetrics, pool, redis, calls } = parts;
  const queuePool = createPool({ url: config.databaseUrl, max: QUEUE_CONNECTIONS, name: 'shelfwise-queue', log });
  const queue = createJobQueue(queuePool);
  let drain = async (): Promise<unknown> => undefined;

  return {
    ping: queue.ping,
    start() {
      const worker = startJobWorker({
        pool: queuePool,
        perform: createPaymentWork({ config, log, metrics, pool, redis, calls }),
        metrics: jobMetrics,
        log,
        concurrency: config.jobConcurrency,
        pollMs: POLL_MS,
      });
      const database = createCrossTenantDatabase({ pool, metrics });
      const relay = startOutboxRelay({ database, queue, metrics: jobMetrics, log, pollMs: config.outboxPollMs });
      drain = () => Promise.all([worker.close(), relay.stop()]);
    },
    drain: () => drain(),
    close: () => queuePool.end(),
  };
}
