import type { Redis } from 'ioredis';
import { createEventLeases } from '../jobs/event-leases.ts';
import type { JobMetrics } from '../jobs/job-metrics.ts';
import { startJobWorker } from '../jobs/job-worker.ts';
import type { CallLimiter } from '../limits/calls/call-limiter.ts';
import type { WorkerConfig } from '../platform/config.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Pool } from '../platform/postgres.ts';
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
  /** Of keys in Redis; the jobs are in a table. */
  readonly queuePrefix: string | undefined;
}

/** The way of an order from its event to its charge. */
export interface Charging {
  /** The queue is a table: it is there when the database is. */
  ping(): Promise<unknown>;
  start(): void;
  /** Takes no more jobs, and waits for those in hand. */
  drain(): Promise<unknown>;
  close(): Promise<unknown>;
}

export function createCharging(parts: ChargingParts): Charging {
  const { config, log, metrics, jobMetrics, pool, redis, calls } = parts;
  let drain = async (): Promise<unknown> => undefined;

  return {
    ping: async () => undefined,
    start() {
      const worker = startJobWorker({
        leases: createEventLeases(createCrossTenantDatabase({ pool, metrics }), config.jobLeaseMs),
        perform: createPaymentWork({ config, log, metrics, pool, redis, calls }),
        metrics: jobMetrics,
        log,
        concurrency: config.jobConcurrency,
        leaseMs: config.jobLeaseMs,
        pollMs: config.outboxPollMs,
      });
      drain = () => worker.close();
    },
    drain: () => drain(),
    close: async () => undefined,
  };
}
