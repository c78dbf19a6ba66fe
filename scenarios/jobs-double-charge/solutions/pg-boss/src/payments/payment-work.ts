import type { Redis } from 'ioredis';
import { createBookCache } from '../books/book-cache.ts';
import { createBookRepository } from '../books/book-repository.ts';
import { createChangeStock } from '../books/change-stock.ts';
import { createDeadLetterRepository } from '../dead-letters/dead-letter-repository.ts';
import type { OrderJobs } from '../jobs/order-jobs.ts';
import { createPerformJob, type PerformJob } from '../jobs/perform-job.ts';
import type { WorkerConfig } from '../platform/config.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Pool } from '../platform/postgres.ts';
import { createTenantDatabase } from '../platform/tenant-transaction.ts';
import { createChargeOrder } from './charge-order.ts';
import { createPaymentClient } from './payment-client.ts';
import { createPaymentRepository } from './payment-repository.ts';

interface PaymentWorkParts {
  readonly config: WorkerConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pool: Pool;
  readonly redis: Redis;
  readonly jobs: OrderJobs;
}

/** Orders that were placed are charged. */
export function createPaymentWork({ config, log, metrics, pool, redis, jobs }: PaymentWorkParts): PerformJob {
  const database = createTenantDatabase({ pool, metrics });
  const books = createBookRepository(database);
  const cache = createBookCache({ redis, metrics, log, ttlSeconds: config.bookCacheTtlSeconds });
  const deadLetters = createDeadLetterRepository(database, jobs.addEvent);
  return createPerformJob({
    effect: createChargeOrder({
      provider: createPaymentClient({ url: config.paymentUrl, timeoutMs: config.paymentTimeoutMs }),
      payments: createPaymentRepository(database),
      changeStock: createChangeStock({ cache, books, log }),
      log,
    }),
    bury: deadLetters.insert,
    attemptsMax: config.jobAttemptsMax,
    backoff: { baseMs: config.backoffBaseMs, capMs: config.backoffCapMs },
  });
}
