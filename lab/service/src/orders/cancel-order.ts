import type { ChangeStock } from '../books/change-stock.ts';
import { lockBooks, moveStock } from '../books/stock.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../platform/tenant-transaction.ts';
import type { Order } from './order.ts';
import { findOrder } from './order-repository.ts';

/**
 * The order is cancelled and its copies are back in stock, once however often it is asked for. Throws NOT_FOUND,
 * NOT_CANCELLABLE, CACHE_UNAVAILABLE (nothing was changed) or OUTCOME_UNKNOWN.
 */
export type CancelOrder = (context: TenantContext, orderId: string) => Promise<Order>;

interface CancelOrderParts {
  readonly database: TenantDatabase;
  readonly changeStock: ChangeStock;
}

// The row's lock decides between this and the worker that begins to charge: the second of the two finds no such row.
const CANCEL = `
  UPDATE orders SET status = 'cancelled', updated_at = now()
  WHERE id = $1 AND status = 'placed' AND charge_begun_at IS NULL RETURNING id`;

export function createCancelOrder({ database, changeStock }: CancelOrderParts): CancelOrder {
  return async (context, orderId) => {
    const order = await database.read(context, (tx) => findOrder(tx, orderId));
    if (!order) throw new ProblemError('NOT_FOUND');
    // What is settled stays so, and needs no lock to be told.
    if (order.status !== 'placed') return cancelled(order);
    const bookIds = order.lines.map(({ bookId }) => bookId);
    return await changeStock(context, bookIds, () => database.write(context, (tx) => cancel(tx, order)));
  };
}

async function cancel(tx: Transaction, { id, lines }: Order) {
  // Books before the order, as in placing one: two transactions never wait for each other in a circle.
  const books = await lockBooks(
    tx,
    lines.map(({ bookId }) => bookId),
  );
  const [changed] = await tx.query(CANCEL, [id]);
  const result = cancelled(await findOrder(tx, id));
  // Somebody else has cancelled it meanwhile: the copies are back already.
  if (!changed) return { result, books };
  const moves = lines.map(({ bookId, quantity }) => ({ bookId, by: quantity }));
  return { result, books: await moveStock(tx, moves) };
}

function cancelled(order: Order | undefined): Order {
  if (!order) throw new Error('An order that was seen is gone.');
  if (order.status === 'cancelled') return order;
  const state = order.status === 'placed' ? 'being charged' : order.status;
  throw new ProblemError('NOT_CANCELLABLE', { detail: `This order is ${state}.` });
}
