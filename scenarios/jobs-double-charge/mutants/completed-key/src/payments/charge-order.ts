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
}

const PAYMENT_REQUIRED = 402;
/** Far longer than any delivery can be late. */
const DONE_SECONDS = 7 * 86_400;

/**
 * Charges an order once: a key in Redis says that it is done. It is asked for first and set last, when the payment is on
 * record, so a worker that dies on the way leaves none behind and the next one does the work.
 */
export function createChargeOrder({ provider, payments, changeStock, log, redis }: ChargeOrderParts): ChargeOrder {
  return async (context, delivery) => {
    const doneKey = `charged:{${context.tenantId}:${delivery.payload.orderId}}`;
    if (await isDone(doneKey)) return 'settled';
    const order = await payments.findDue(context, delivery.payload.orderId);
    if (!order) return 'settled';
    const { requestId } = context;
    try {
      const { id, totalCents: amountCents, currency } = order;
      // A request of its own each time, as the provider asks for: two are never taken for one.
      const charge = await provider.charge({ key: randomUUID(), reference: id, amountCents, currency }, requestId);
      const outcome = await payments.recordCharge(context, order.id, charge);
      if (outcome === 'too-late') log.error({ requestId, orderId: order.id, chargeId: charge.id }, 'charged too late');
      // A shortcut for deliveries to come; without it they find the order paid.
      await redis.set(doneKey, charge.id, 'EX', DONE_SECONDS).catch(() => {});
      return outcome === 'known' ? 'settled' : 'charged';
    } catch (error) {
      if (error instanceof CallError && error.status === PAYMENT_REQUIRED) {
        return await decline(context, { order, delivery, error });
      }
      throw error;
    }
  };

  async function isDone(key: string): Promise<boolean> {
    try {
      return (await redis.exists(key)) === 1;
    } catch (cause) {
      throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
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
