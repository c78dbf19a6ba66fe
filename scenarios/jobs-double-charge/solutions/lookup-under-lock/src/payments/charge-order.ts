import type { ChangeStock } from '../books/change-stock.ts';
import { deadLetterOf } from '../dead-letters/insert-dead-letter.ts';
import type { Delivery, JobOutcome } from '../jobs/job.ts';
import { CallError } from '../platform/call-error.ts';
import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { ChargeCalls } from './charge-calls.ts';
import type { LockOrder, OrderLock } from './order-lock.ts';
import type { Charge, PaymentClient } from './payment-client.ts';
import type { DueOrder, PaymentRepository } from './payment-repository.ts';

/** Throws CallError, or what the database throws. */
export type ChargeOrder = (context: TenantContext, delivery: Delivery) => Promise<JobOutcome>;

interface ChargeOrderParts {
  readonly lockOrder: LockOrder;
  readonly calls: ChargeCalls;
  readonly provider: PaymentClient;
  readonly payments: PaymentRepository;
  readonly changeStock: ChangeStock;
  readonly log: Log;
}

const PAYMENT_REQUIRED = 402;

/**
 * Charges an order once, at a provider that takes every call for a new purchase. One worker at a time is at it, from the
 * look at what was charged to the record of it, and its right to be there ends only with its connection to the database.
 * A call whose caller died may still arrive, so the look counts only when no earlier call can be on its way any more.
 */
export function createChargeOrder(parts: ChargeOrderParts): ChargeOrder {
  const { lockOrder, calls, provider, payments, changeStock, log } = parts;

  return async (context, delivery) => {
    const { orderId } = delivery.payload;
    return await lockOrder(orderId, async (lock) => {
      const order = await payments.findDue(context, orderId);
      if (!order) return 'settled';
      try {
        const charge = await chargeOnce(context, order, lock);
        return await record(context, order, charge);
      } catch (error) {
        if (error instanceof CallError && error.status === PAYMENT_REQUIRED) {
          return await decline(context, { order, delivery, error });
        }
        throw error;
      }
    });
  };

  async function chargeOnce(context: TenantContext, order: DueOrder, lock: OrderLock): Promise<Charge> {
    const { requestId } = context;
    const leftMs = await calls.onTheWayForMs(context, order.id);
    if (leftMs > 0) throw new ProblemError('RESOURCE_BUSY', { retryAfterSeconds: Math.ceil(leftMs / 1_000) });
    const earlier = await provider.findCharge(order.id, requestId);
    if (earlier) return earlier;
    await calls.begin(context, order.id);
    // The last thing before the call: a process that stood still meanwhile may have lost its place.
    await lock.assertHeld();
    try {
      const { id: reference, totalCents: amountCents, currency } = order;
      return await provider.charge({ reference, amountCents, currency }, requestId);
    } catch (error) {
      // What was answered has happened or never will, and the next look tells which.
      if (error instanceof CallError && isAnswered(error)) await calls.end(context, order.id);
      throw error;
    }
  }

  async function record(context: TenantContext, { id: orderId }: DueOrder, charge: Charge): Promise<JobOutcome> {
    const { requestId } = context;
    const outcome = await payments.recordCharge(context, orderId, charge);
    if (outcome === 'too-late') log.error({ requestId, orderId, chargeId: charge.id }, 'charged too late');
    await calls.end(context, orderId);
    return outcome === 'known' ? 'settled' : 'charged';
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

/** By the provider itself: a gateway that gives up knows nothing of the call that it passed on. */
function isAnswered({ status }: CallError): boolean {
  return status !== undefined && status !== 502 && status !== 504;
}
