import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop } from '../../shared/bookshop.ts';
import { isRecord } from '../../shared/json.ts';
import type { PlacedOrder } from '../../shared/orders.ts';
import { staffHeaders } from '../../shared/staff.ts';
import { isCharged, point } from './held-charge.ts';

const copies = 2;
const chargedWithinMs = 8_000;

/** Two purchases that only their own ids tell apart. */
export const equalOrders: Experiment = {
  id: 'equal-orders',
  title: 'A customer orders the same twice, while nothing is wrong',
  phase: 'baseline',
  run: async (h) => {
    const [book] = await createBookshop(h).coldBooks(1, { stockMin: copies });
    if (book === undefined) throw new Error('There is no book left to order.');
    const orders = [await placeCopy(h, book, 1), await placeCopy(h, book, 2)];
    const ids = orders.flatMap(({ id }) => id ?? []);
    await Promise.all(ids.map((id) => isCharged(h, id, chargedWithinMs)));
    const text =
      'One customer placed two orders with the same content, each with an Idempotency-Key of its own and both under one X-Request-Id. Nothing was slow or broken.';
    return { reached: ids.length === copies, facts: Object.assign({}, ...ids.map((id) => point(id, text))) };
  },
};

async function placeCopy(h: ExperimentHandle, book: ColdBook, copy: number): Promise<PlacedOrder> {
  const { operation } = await h.request({
    replica: h.random.pick(h.replicas),
    client: `customer-${book.id.slice(0, 8)}`,
    kind: 'write',
    view: 'order',
    key: 'unknown',
    keyOf: (body, status) => (status < 300 && isRecord(body) && typeof body['id'] === 'string' ? body['id'] : null),
    method: 'POST',
    path: '/v2/orders',
    headers: {
      ...(await staffHeaders(h, book.tenant, 'admin')),
      'idempotency-key': `lab-${book.id}-${copy}`,
      'x-request-id': `checkout-${book.id}`,
    },
    body: { lines: [{ bookId: book.id, quantity: 1 }] },
    value: book.priceCents,
  });
  const id = operation.outcome === 'ok' && operation.key !== 'unknown' ? operation.key : null;
  const order = { id, tenant: book.tenant, operation };
  // The list of the order desk: settling waits for these too.
  (await h.once('orders', async (): Promise<PlacedOrder[]> => [])).push(order);
  return order;
}
