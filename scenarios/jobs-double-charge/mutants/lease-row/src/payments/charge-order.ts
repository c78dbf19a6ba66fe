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
const LEASE_MS = 1_000;

/**
 * Charges an order once: whoever charges holds the order's lease and renews it meanwhile; others come again later. The
 * lease of a worker that died runs out by itself.
 */
export function createChargeOrder({ provider, payments, changeStock, log }: ChargeOrderParts): ChargeOrder {
  return async (context, delivery) => {
    const order = await payments.findDue(context, delivery.payload.orderId);
    if (!order) return 'settled';
    const { requestId } = context;
    const holder = randomUUID();
    const lease = (forMs: number) => payments.lease(context, order.id, { holder, forMs });
    if (!(await lease(LEASE_MS))) throw new CallError('Another worker is charging this order.', { status: 409 });
    // What fails here is made up for by the next one.
    const renewal = setInterval(() => lease(LEASE_MS).catch(() => {}), LEASE_MS / 4);
    try {
      const { id, totalCents: amountCents, currency } = order;
      const charge = await provider.charge({ key: randomUUID(), reference: id, amountCents, currency }, requestId);
      const outcome = await payments.recordCharge(context, order.id, charge);
      if (outcome === 'too-late') log.error({ requestId, orderId: order.id, chargeId: charge.id }, 'charged too late');
      return outcome === 'known' ? 'settled' : 'charged';
    } catch (error) {
      if (error instanceof CallError && error.status === PAYMENT_REQUIRED) {
        return await decline(context, { order, delivery, error });
      }
      throw error;
    } finally {
      clearInterval(renewal);
      await lease(0).catch(() => {}); // Then it runs out by itself.
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
