import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';
import type { LineRequest } from './order.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant({ books: 30 });
  token = await service.signIn(tenant, 'clerk');
});
afterAll(() => service?.[Symbol.asyncDispose]());

/** Of the nth book: it costs 1,000 + n cents, and there are n copies. */
const copies = (n: number, quantity: number): LineRequest => ({ bookId: tenant.bookIds[n - 1] ?? '', quantity });

function place(lines: unknown, { key = randomUUID() as string | null, headers = {}, as = token } = {}) {
  const withKey = { ...(key === null ? {} : { 'idempotency-key': key }), ...headers };
  return service.request('/v2/orders', { method: 'POST', token: as, headers: withKey, body: { lines } });
}

const stockOf = async (n: number) =>
  (await service.request(`/v2/books/${tenant.bookIds[n - 1]}`, { token })).json.stock as number;

test('an order has its lines, its total and its place', async () => {
  const { status, json, headers } = await place([copies(10, 2), copies(20, 3)]);
  expect(status).toBe(201);
  expect(json).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    status: 'placed',
    totalCents: 2 * 1010 + 3 * 1020,
    currency: 'EUR',
    lines: [
      { ...copies(10, 2), title: 'Title 10', unitPriceCents: 1010 },
      { ...copies(20, 3), title: 'Title 20', unitPriceCents: 1020 },
    ],
    payment: null,
    createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    updatedAt: json.createdAt,
  });
  expect(headers.get('location')).toBe(`/v2/orders/${json.id}`);
  expect(headers.get('idempotent-replayed')).toBeNull();
  expect((await service.request(`/v2/orders/${json.id}`, { token })).json).toEqual(json);
});

test('the copies of an order are taken from the stock, on the page of the book and in its version', async () => {
  const before = await service.request(`/v2/books/${tenant.bookIds[4]}`, { token });
  await place([copies(5, 3)]);
  const after = await service.request(`/v2/books/${tenant.bookIds[4]}`, { token });
  expect(after.json).toMatchObject({ stock: before.json.stock - 3, version: before.json.version + 1 });
});

test('an order keeps the price at which it was placed', async () => {
  const { json: order } = await place([copies(21, 1)]);
  const admin = await service.signIn(tenant);
  const path = `/v2/books/${tenant.bookIds[20]}`;
  await service.request(path, { method: 'PATCH', token: admin, body: { priceCents: 9, title: 'Another title' } });
  expect((await service.request(`/v2/orders/${order.id}`, { token })).json).toEqual(order);
  expect((await place([copies(21, 1)])).json.totalCents).toBe(9);
});

test('an order that costs nothing is paid at once and causes no event', async () => {
  await service.database.query('UPDATE books SET price_cents = 0 WHERE id = $1', [tenant.bookIds[21]]);
  const { json: order } = await place([copies(22, 1)]);
  expect(order).toMatchObject({ status: 'paid', totalCents: 0, payment: null });
  expect(await eventsOf(order.id)).toEqual([]);
});

test('an order causes one event, which holds ids only', async () => {
  const { json: order } = await place([copies(23, 1)], { headers: { 'x-request-id': 'from-the-shop' } });
  expect(await eventsOf(order.id)).toEqual([
    {
      tenant_id: tenant.id,
      kind: 'order.placed',
      payload: { orderId: order.id, requestId: 'from-the-shop', redriven: false },
      published_at: null,
    },
  ]);
});

const eventsOf = (orderId: string) =>
  service.database.query(
    "SELECT tenant_id, kind, payload, published_at FROM outbox_events WHERE payload ->> 'orderId' = $1",
    [orderId],
  );

test('books that are short are named, and nothing is taken', async () => {
  const before = [await stockOf(1), await stockOf(24), await stockOf(2)];
  const { status, json } = await place([copies(1, 2), copies(24, 1), copies(2, 9)]);
  expect(status).toBe(409);
  expect(json).toMatchObject({
    code: 'OUT_OF_STOCK',
    errors: [
      { field: 'lines.0.quantity', message: `1 left of book ${tenant.bookIds[0]}.` },
      { field: 'lines.2.quantity', message: `2 left of book ${tenant.bookIds[1]}.` },
    ],
  });
  expect([await stockOf(1), await stockOf(24), await stockOf(2)]).toEqual(before);
});

test('a key that was refused is free for another order', async () => {
  const key = randomUUID();
  expect((await place([copies(1, 50)], { key })).status).toBe(409);
  expect((await place([copies(25, 1)], { key })).status).toBe(201);
});

test('a book that does not exist is named', async () => {
  const bookId = randomUUID();
  const answer = await place([copies(25, 1), { bookId, quantity: 1 }]);
  expect(answer).toMatchObject({ status: 422, json: { code: 'BOOK_UNKNOWN', errors: [{ field: 'lines.1.bookId' }] } });
});

test('books of two currencies are two orders', async () => {
  await service.database.query("UPDATE books SET currency = 'GBP' WHERE id = $1", [tenant.bookIds[25]]);
  expect(await place([copies(25, 1), copies(26, 1)])).toMatchObject({ status: 422, json: { code: 'CURRENCY_MIXED' } });
});

test('a repeated request gets the same order and changes nothing', async () => {
  const key = 'shop/2026:0001~';
  const first = await place([copies(27, 1), copies(28, 2)], { key });
  const stock = await stockOf(27);
  const second = await place([copies(28, 2), copies(27, 1)], { key });
  expect(second.status).toBe(201);
  expect(second.headers.get('idempotent-replayed')).toBe('true');
  expect(second.headers.get('location')).toBe(first.headers.get('location'));
  expect(second.json).toEqual(first.json);
  expect(await stockOf(27)).toBe(stock);
});

test('a key cannot be used for another order', async () => {
  const key = randomUUID();
  await place([copies(27, 1)], { key });
  const answer = await place([copies(27, 2)], { key });
  expect(answer).toMatchObject({ status: 422, json: { code: 'IDEMPOTENCY_KEY_REUSED' } });
});

test.each([null, '', 'with space', 'ümlaut', 'x'.repeat(256)])('the key %j is refused', async (key) => {
  const answer = await place([copies(27, 1)], { key });
  expect(answer).toMatchObject({ status: 400, json: { code: 'IDEMPOTENCY_KEY_MISSING' } });
});

test.each([
  ['no lines', []],
  ['a book named twice', [1, 1]],
  ['51 lines', Array.from({ length: 51 }, (_, index) => index)],
])('%s are refused', async (_name, numbers) => {
  const lines = numbers.map((n) => ({ bookId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`, quantity: 1 }));
  expect(await place(lines)).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
});

test.each([0, 100, 1.5, '1'])('a quantity of %j is refused', async (quantity) => {
  expect(await place([{ ...copies(27, 1), quantity }])).toMatchObject({ status: 400 });
});

test('editors read orders and do not place them', async () => {
  const editor = await service.signIn(tenant, 'editor');
  expect(await place([copies(27, 1)], { as: editor })).toMatchObject({ status: 403, json: { code: 'FORBIDDEN' } });
  expect((await service.request('/v2/orders', { token: editor })).status).toBe(200);
});

test('orders are listed newest first, each once, page by page', async () => {
  const shop = await service.createTenant({ books: 20 });
  const admin = await service.signIn(shop);
  const placed: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    const headers = { 'idempotency-key': String(n) };
    const body = { lines: [{ bookId: shop.bookIds[19], quantity: 1 }] };
    placed.unshift((await service.request('/v2/orders', { method: 'POST', token: admin, headers, body })).json.id);
  }
  const listed: string[] = [];
  for (let cursor = ''; cursor !== 'none'; ) {
    const { json } = await service.request(`/v2/orders?limit=2${cursor}`, { token: admin });
    listed.push(...json.items.map(({ id }: { id: string }) => id));
    cursor = json.nextCursor === null ? 'none' : `&cursor=${json.nextCursor}`;
  }
  expect(listed).toEqual(placed);
});

test.each(['limit=0', 'limit=101', 'cursor=abc'])('a list with %s is refused', async (query) => {
  const answer = await service.request(`/v2/orders?${query}`, { token });
  expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
});

test('an order that does not exist is not found, whatever its id looks like', async () => {
  for (const id of [randomUUID(), 'no-id']) {
    expect((await service.request(`/v2/orders/${id}`, { token })).status).toBe(404);
  }
});
