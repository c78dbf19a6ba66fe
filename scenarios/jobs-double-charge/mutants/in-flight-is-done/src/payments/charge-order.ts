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
 * Charges an order once, however many workers do it at the same time and wherever each of them dies. Nothing here
 * relies on being alone: the order's state says whether there is anything left to do, the provider knows every attempt at
 * an order by the same key, and the payment's own key lets one record of it in.
 */
export function createChargeOrder({ provider, payments, changeStock, log }: ChargeOrderParts): ChargeOrder {
  return async (context, delivery) => {
    const order = await payments.findDue(context, delivery.payload.orderId);
    if (!order) return 'settled';
    const { requestId } = context;
    try {
      const { id, totalCents: amountCents, currency } = order;
      // The same key for every attempt at this order, by whichever worker.
      const charge = await provider.charge({ key: id, reference: id, amountCents, currency }, requestId);
      const outcome = await payments.recordCharge(context, order.id, charge);
      if (outcome === 'too-late') log.error({ requestId, orderId: order.id, chargeId: charge.id }, 'charged too late');
      return outcome === 'known' ? 'settled' : 'charged';
    } catch (error) {
      if (error instanceof CallError && error.status === PAYMENT_REQUIRED) {
        return await decline(context, { order, delivery, error });
      }
      // Another worker has this very charge in hand, and records it.
      if (error instanceof CallError && error.code === 'IN_FLIGHT') return 'settled';
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
