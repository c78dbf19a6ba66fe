import { randomUUID } from 'node:crypto';
import type { ChangeStock } from '../books/change-stock.ts';
import { deadLetterOf } from '../dead-letters/insert-dead-letter.ts';
import type { Delivery, JobOutcome } from '../jobs/job.ts';
import { CallError } from '../platform/call-error.ts';
import type { Log } from '../platform/logger.ts';
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
}

const PAYMENT_REQUIRED = 402;

/**
 * Charges an order once, however many workers do it at the same time and wherever each of them dies: charge, payment and
 * the order's state are one transaction, so either all of it happened or the next attempt begins anew.
 */
export function createChargeOrder({ provider, payments, changeStock }: ChargeOrderParts): ChargeOrder {
  return async (context, delivery) => {
    const order = await payments.findDue(context, delivery.payload.orderId);
    if (!order) return 'settled';
    const { requestId } = context;
    try {
      const { id, totalCents: amountCents, currency } = order;
      // A request of its own each time, as the provider asks for: two are never taken for one.
      const request = { key: randomUUID(), reference: id, amountCents, currency };
      const paid = await payments.pay(context, id, () => provider.charge(request, requestId));
      return paid ? 'charged' : 'settled';
    } catch (error) {
      if (error instanceof CallError && error.status === PAYMENT_REQUIRED) {
        return await decline(context, { order, delivery, error });
      }
      throw error;
    }
  };

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
