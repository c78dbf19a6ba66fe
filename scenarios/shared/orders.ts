import type { ApiName, ExperimentHandle, Operation } from '@lab/sdk';
import { type ColdBook, createBookshop } from './bookshop.ts';
import { isRecord } from './json.ts';
import { staffHeaders } from './staff.ts';

/** An order of the lab's own clients, as its API answered it. */
export interface PlacedOrder {
  /** Null when no answer named one. */
  readonly id: string | null;
  readonly tenant: string;
  readonly operation: Operation;
}

export interface OrderDesk {
  /** Orders a book that nobody else orders, through a random replica; unless these are named. */
  place(replica?: ApiName, book?: ColdBook): Promise<PlacedOrder>;
  /** Books for so many orders, of some shops: for many orders at once, choosing each by itself takes long. */
  booksFor(count: number): Promise<readonly ColdBook[]>;
  /** Value 1 when the order shows that it is paid. */
  look(order: PlacedOrder, replica: ApiName): Promise<Operation>;
  /** All orders that were placed in this run, by every experiment. */
  all(): Promise<readonly PlacedOrder[]>;
}

const copiesMax = 3;
/** Of one shop. */
const lotMax = 40;
/** Whoever orders waits this long at most. */
const orderTimeoutMs = 6_000;
const lookTimeoutMs = 3_000;

export function createOrderDesk(h: ExperimentHandle): OrderDesk {
  const shop = createBookshop(h);
  const placed = (): Promise<PlacedOrder[]> => h.once('orders', async () => []);
  return {
    place: async (replica = h.random.pick(h.replicas), chosen) => {
      const [book] = chosen === undefined ? await shop.coldBooks(1, { stockMin: copiesMax }) : [chosen];
      if (book === undefined) throw new Error('There is no book left to order.');
      const quantity = h.random.integer(1, copiesMax);
      const { operation } = await h.request({
        replica,
        client: `customer-${book.id.slice(0, 8)}`,
        kind: 'write',
        view: 'order',
        key: 'unknown',
        keyOf: orderIdOf,
        method: 'POST',
        path: '/v2/orders',
        headers: { ...(await staffHeaders(h, book.tenant, 'admin')), 'idempotency-key': `lab-${book.id}` },
        body: { lines: [{ bookId: book.id, quantity }] },
        value: book.priceCents * quantity,
        timeoutMs: orderTimeoutMs,
      });
      const id = operation.outcome === 'ok' && operation.key !== 'unknown' ? operation.key : null;
      const order = { id, tenant: book.tenant, operation };
      (await placed()).push(order);
      return order;
    },
    booksFor: async (count) => {
      const lots = Array.from({ length: Math.ceil(count / lotMax) }, (_, index) =>
        shop.coldBooks(Math.min(lotMax, count - index * lotMax), { stockMin: copiesMax }),
      );
      return (await Promise.all(lots)).flat();
    },
    look: async (order, replica) => {
      const { operation } = await h.request({
        replica,
        client: `customer-of-${order.id}`,
        kind: 'read',
        view: 'order-paid',
        key: order.id ?? 'unknown',
        method: 'GET',
        path: `/v2/orders/${order.id}`,
        headers: await staffHeaders(h, order.tenant, 'admin'),
        read: paidOf,
        timeoutMs: lookTimeoutMs,
      });
      return operation;
    },
    all: placed,
  };
}

function orderIdOf(body: unknown, status: number): string | null {
  return status < 300 && isRecord(body) && typeof body['id'] === 'string' ? body['id'] : null;
}

function paidOf(body: unknown): number | null {
  if (!isRecord(body) || typeof body['status'] !== 'string') return null;
  return body['status'] === 'paid' ? 1 : 0;
}
