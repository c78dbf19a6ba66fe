import type { Redis } from 'ioredis';
import { createBookCache } from '../books/book-cache.ts';
import { createBookRepository } from '../books/book-repository.ts';
import { createChangeStock } from '../books/change-stock.ts';
import { createDeadLetterRepository } from '../dead-letters/dead-letter-repository.ts';
import type { OrderJobs } from '../jobs/order-jobs.ts';
import { createPerformJob, type PerformJob } from '../jobs/perform-job.ts';
import type { CallLimiter } from '../limits/calls/call-limiter.ts';
import type { WorkerConfig } from '../platform/config.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Pool } from '../platform/postgres.ts';
import { createTenantDatabase } from '../platform/tenant-transaction.ts';
import { createChargeOrder } from './charge-order.ts';
import { createPaymentClient, type PaymentClient } from './payment-client.ts';
import { createPaymentRepository } from './payment-repository.ts';
import { withinBudget } from './within-budget.ts';

interface PaymentWorkParts {
  readonly config: WorkerConfig;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly pool: Pool;
  readonly redis: Redis;
  readonly jobs: OrderJobs;
  /** Of calls to the provider; none where they are not limited. */
  readonly calls: CallLimiter | undefined;
}

/** Orders that were placed are charged. */
export function createPaymentWork({ config, log, metrics, pool, redis, jobs, calls }: PaymentWorkParts): PerformJob {
  const database = createTenantDatabase({ pool, metrics });
  const books = createBookRepository(database);
  const cache = createBookCache({ redis, metrics, log, ttlSeconds: config.bookCacheTtlSeconds });
  const deadLetters = createDeadLetterRepository(database, jobs.addEvent);
  const client = createPaymentClient({ url: config.paymentUrl, timeoutMs: config.paymentTimeoutMs });
  const backoff = { baseMs: config.backoffBaseMs, capMs: config.backoffCapMs };
  const perform = createPerformJob({
    effect: createChargeOrder({
      provider: calls ? limited(client, calls) : client,
      payments: createPaymentRepository(database),
      changeStock: createChangeStock({ cache, books, log }),
      log,
    }),
    bury: deadLetters.insert,
    attemptsMax: config.jobAttemptsMax,
    crashesMax: config.jobCrashesMax,
    backoff,
  });
  return calls ? withinBudget({ perform, calls, backoff }) : perform;
}

function limited(client: PaymentClient, calls: CallLimiter): PaymentClient {
  return {
    charge: (request, requestId) => calls.run(() => client.charge(request, requestId)),
    findCharge: (reference, requestId) => calls.run(() => client.findCharge(reference, requestId)),
  };
}
