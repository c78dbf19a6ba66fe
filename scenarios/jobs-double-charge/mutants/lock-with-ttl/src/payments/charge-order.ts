import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { ChangeStock } from '../books/change-stock.ts';
import { deadLetterOf } from '../dead-letters/insert-dead-letter.ts';
import type { Delivery, JobOutcome } from '../jobs/job.ts';
import { CallError } from '../platform/call-error.ts';
import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { PaymentClient } from './payment-client.ts';
import type { DueOrder, PaymentRepository } from './payment-repository.ts';

/** Throws CallError, or what the database throws. */
export type ChargeOrder = (context: TenantContext, delivery: Delivery) => Promise<JobOutcome>;

interface ChargeOrderParts {
  readonly provider: PaymentClient;
  readonly payments: PaymentRepository;
  readonly changeStock: ChangeStock;
  readonly log: Log;
  readonly redis: Redis;
  readonly lockMs: number;
}

const PAYMENT_REQUIRED = 402;
// Only by whoever holds it.
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

/**
 * Charges an order once: a lock per order lets one worker at a time ask the provider for an earlier charge and make one
 * if there is none. The lock lasts as long as a worker's lease on the job, so one that died does not hold up the next.
 */
export function createChargeOrder(parts: ChargeOrderParts): ChargeOrder {
  const { provider, payments, changeStock, log, redis, lockMs } = parts;

  return (context, delivery) => {
    const key = `charging:{${context.tenantId}:${delivery.payload.orderId}}`;
    return locked(key, () => chargeDue(context, delivery));
  };

  async function chargeDue(context: TenantContext, delivery: Delivery): Promise<JobOutcome> {
    const order = await payments.findDue(context, delivery.payload.orderId);
    if (!order) return 'settled';
    const { requestId } = context;
    const earlier = await provider.findCharge(order.id, requestId);
    try {
      const { id, totalCents: amountCents, currency } = order;
      // A request of its own each time, as the provider asks for: two are never taken for one.
      const charge =
        earlier ?? (await provider.charge({ key: randomUUID(), reference: id, amountCents, currency }, requestId));
      const outcome = await payments.recordCharge(context, order.id, charge);
      if (outcome === 'too-late') log.error({ requestId, orderId: order.id, chargeId: charge.id }, 'charged too late');
      return outcome === 'known' ? 'settled' : 'charged';
    } catch (error) {
      if (error instanceof CallError && error.status === PAYMENT_REQUIRED) {
        return await decline(context, { order, delivery, error });
      }
      throw error;
    }
  }

  async function locked<T>(key: string, work: () => Promise<T>): Promise<T> {
    const owner = randomUUID();
    const taken = await redis.set(key, owner, 'PX', lockMs, 'NX').catch((cause: unknown) => {
      throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
    });
    if (taken === null) throw new CallError('Another worker is charging this order.', { status: 409 });
    try {
      return await work();
    } finally {
      await redis.eval(UNLOCK, 1, key, owner).catch(() => {}); // Then the lock ends by itself.
    }
  }

  /** Final: a customer whose money was not to be had places a new order. */
  async function decline(context: TenantContext, { order, delivery, error }: Decline): Promise<JobOutcome> {
    const letter = deadLetterOf(delivery, 'declined', error);
    const bookIds = order.lines.map(({ bookId }) => bookId);
    const recorded = await changeStock(context, bookIds, () => payments.recordDecline(context, order, letter));
    return recorded ? 'declined' : 'settled';
  }
}

interface Decline {
  readonly order: DueOrder;
  readonly delivery: Delivery;
  readonly error: CallError;
}
