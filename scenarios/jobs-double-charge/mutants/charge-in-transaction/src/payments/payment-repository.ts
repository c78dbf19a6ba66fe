import type { StockWrite } from '../books/change-stock.ts';
import { lockBooks, moveStock } from '../books/stock.ts';
import { insertDeadLetter, type NewDeadLetter } from '../dead-letters/insert-dead-letter.ts';
import type { LineRequest } from '../orders/order.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';
import type { Charge } from './payment-client.ts';

/** An order that waits for its payment. */
export interface DueOrder {
  readonly id: string;
  readonly totalCents: number;
  readonly currency: string;
  readonly lines: readonly LineRequest[];
}

export interface PaymentRepository {
  /**
   * An order that is now to be charged: from here on it cannot be cancelled. Undefined when it is settled or does not
   * exist.
   */
  findDue(context: TenantContext, orderId: string): Promise<DueOrder | undefined>;
  /** Charge, payment and the order's state: all of them, or none when one fails. False when it is no longer due. */
  pay(context: TenantContext, orderId: string, charge: () => Promise<Charge>): Promise<boolean>;
  /** The order fails, its copies are back in stock and its dead letter is written. False when it is no longer due. */
  recordDecline(context: TenantContext, order: DueOrder, letter: NewDeadLetter): Promise<StockWrite<boolean>>;
}

// Written before the provider is called, so that no order is cancelled whose money may have been taken.
const FIND_DUE = `
  UPDATE orders SET charge_begun_at = coalesce(charge_begun_at, now()) WHERE id = $1 AND status = 'placed'
  RETURNING id, total_cents::float8 AS "totalCents", currency,
    (SELECT json_agg(json_build_object('bookId', book_id, 'quantity', quantity) ORDER BY book_id)
      FROM order_lines WHERE order_id = orders.id) AS lines`;
const INSERT_PAYMENT = `
  INSERT INTO payments (tenant_id, order_id, charge_id, amount_cents, charged_at)
  VALUES (current_tenant_id(), $1, $2, $3, $4)`;
const SETTLE = "UPDATE orders SET status = $2, updated_at = now() WHERE id = $1 AND status = 'placed' RETURNING id";

export function createPaymentRepository(database: TenantDatabase): PaymentRepository {
  return {
    findDue: (context, orderId) =>
      database.write(context, async (tx) => (await tx.query<DueOrder>(FIND_DUE, [orderId]))[0]),
    pay: (context, orderId, charge) =>
      database.write(context, async (tx) => {
        // The changed row is locked to the end: whoever comes second waits, then finds nothing due.
        const settled = await tx.query(SETTLE, [orderId, 'paid']);
        if (settled.length === 0) return false;
        const { id, amountCents, createdAt } = await charge();
        await tx.query(INSERT_PAYMENT, [orderId, id, amountCents, createdAt]);
        return true;
      }),
    recordDecline: (context, { id, lines }, letter) =>
      database.write(context, async (tx) => {
        // Books before the order, as in placing one: two transactions never wait for each other in a circle.
        const books = await lockBooks(
          tx,
          lines.map(({ bookId }) => bookId),
        );
        const settled = await tx.query(SETTLE, [id, 'payment-failed']);
        if (settled.length === 0) return { result: false, books };
        await insertDeadLetter(tx, letter);
        const moves = lines.map(({ bookId, quantity }) => ({ bookId, by: quantity }));
        return { result: true, books: await moveStock(tx, moves) };
      }),
  };
}
