import type { ApiName, ExperimentHandle, Operation } from '@lab/sdk';
import { createBookshop } from './bookshop.ts';
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
  /** Orders a book that nobody else orders, through a random replica unless one is named. */
  place(replica?: ApiName): Promise<PlacedOrder>;
  /** Value 1 when the order shows that it is paid. */
  look(order: PlacedOrder, replica: ApiName): Promise<Operation>;
  /** All orders that were placed in this run, by every experiment. */
  all(): Promise<readonly PlacedOrder[]>;
}

const copiesMax = 3;
/** Whoever orders waits this long at most. */
const orderTimeoutMs = 6_000;
const lookTimeoutMs = 3_000;

export function createOrderDesk(h: ExperimentHandle): OrderDesk {
  const shop = createBookshop(h);
  const placed = (): Promise<PlacedOrder[]> => h.once('orders', async () => []);
  return {
    place: async (replica = h.random.pick(h.replicas)) => {
      const [book] = await shop.coldBooks(1, { stockMin: copiesMax });
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
