import { randomUUID } from 'node:crypto';
import type { ChangeStock } from '../books/change-stock.ts';
import { lockBooks, moveStock } from '../books/stock.ts';
import { addEvent } from '../outbox/outbox-event.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../platform/tenant-transaction.ts';
import type { LineRequest, Order } from './order.ts';
import { findOrder, findOrderByKey, insertOrder } from './order-repository.ts';
import { assertInStock, priceOrder } from './price-order.ts';
import { requestHash } from './request-hash.ts';

export interface OrderRequest {
  readonly idempotencyKey: string;
  readonly lines: readonly LineRequest[];
}

export interface PlacedOrder {
  readonly order: Order;
  /** The key had been used for the same request before, and this is the order of that time. */
  readonly replayed: boolean;
}

/** Throws BOOK_UNKNOWN, OUT_OF_STOCK, IDEMPOTENCY_KEY_REUSED, CACHE_UNAVAILABLE (no order was placed) or OUTCOME_UNKNOWN. */
export type PlaceOrder = (context: TenantContext, request: OrderRequest) => Promise<PlacedOrder>;

interface PlaceOrderParts {
  readonly database: TenantDatabase;
  readonly changeStock: ChangeStock;
}

const LATELY = "SELECT 1 FROM orders WHERE created_at > now() - interval '5 seconds' AND idempotency_key <> $1 LIMIT 1";

/** Order, reserved stock and the event that will charge it become durable together, once for each idempotency key. */
export function createPlaceOrder({ database, changeStock }: PlaceOrderParts): PlaceOrder {
  return async (context, request) => {
    const bookIds = request.lines.map(({ bookId }) => bookId);
    return await changeStock(context, bookIds, () => database.write(context, (tx) => place(tx, context, request)));
  };
}

async function place(tx: Transaction, { requestId }: TenantContext, request: OrderRequest) {
  const { idempotencyKey, lines } = request;
  // The provider can bear so many of each shop, also when all of them come back.
  if ((await tx.query(LATELY, [idempotencyKey])).length > 0) throw new ProblemError('RESOURCE_BUSY');
  const books = await lockBooks(
    tx,
    lines.map(({ bookId }) => bookId),
  );
  const id = randomUUID();
  const priced = priceOrder(lines, books);
  // What costs nothing is paid for.
  const status = priced.totalCents === 0 ? 'paid' : 'placed';
  const order = { ...priced, id, status, idempotencyKey, requestHash: requestHash(lines), requestId } as const;
  // Asked before the stock: the first request with this key may have taken the last copy.
  if (!(await insertOrder(tx, order))) return { result: await earlierOrder(tx, request), books };
  assertInStock(lines, books);
  const moves = lines.map(({ bookId, quantity }) => ({ bookId, by: -quantity }));
  const left = await moveStock(tx, moves);
  if (status === 'placed') {
    const payload = { orderId: id, requestId, redriven: false };
    await addEvent(tx, { id: randomUUID(), kind: 'order.placed', payload });
  }
  return { result: { order: existing(await findOrder(tx, id)), replayed: false }, books: left };
}

async function earlierOrder(tx: Transaction, { idempotencyKey, lines }: OrderRequest): Promise<PlacedOrder> {
  const { requestHash: hash, ...order } = existing(await findOrderByKey(tx, idempotencyKey));
  if (hash !== requestHash(lines)) throw new ProblemError('IDEMPOTENCY_KEY_REUSED');
  return { order, replayed: true };
}

function existing<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('An order that this transaction has seen is gone.');
  return found;
}
