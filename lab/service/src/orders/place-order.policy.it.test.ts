import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant({ books: 30 });
  token = await service.signIn(tenant);
});
afterAll(() => service?.[Symbol.asyncDispose]());

/** Of the nth book, of which there are n copies. */
const line = (n: number, quantity: number) => ({ bookId: tenant.bookIds[n - 1] ?? '', quantity });

function place(lines: unknown, key: string = randomUUID()) {
  const headers = { 'idempotency-key': key };
  return service.request('/v2/orders', { method: 'POST', token, headers, body: { lines } });
}

const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const stockOf = async (n: number) =>
  (await service.request(`/v2/books/${tenant.bookIds[n - 1]}`, { token })).json.stock as number;
const rowsOf = async (table: 'orders' | 'outbox_events') =>
  (await service.database.query(`SELECT 1 FROM ${table} WHERE tenant_id = $1`, [tenant.id])).length;

test('of 50 orders at once for a book with 9 copies exactly 9 are placed', async () => {
  const before = { orders: await rowsOf('orders'), events: await rowsOf('outbox_events') };
  const answers = await Promise.all(times(50, () => place([line(9, 1)])));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(9);
  expect(statuses.filter((status) => status === 409)).toHaveLength(41);
  expect(await stockOf(9)).toBe(0);
  expect(await rowsOf('orders')).toBe(before.orders + 9);
  expect(await rowsOf('outbox_events')).toBe(before.events + 9);
});

test('orders that name the same books in opposite orders do not wait for each other for ever', async () => {
  const forth = [line(29, 1), line(30, 1)];
  const answers = await Promise.all(times(24, (n) => place(n % 2 ? forth : forth.toReversed())));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect([await stockOf(29), await stockOf(30)]).toEqual([5, 6]);
});

test('50 twins at once are one order', async () => {
  const before = { orders: await rowsOf('orders'), events: await rowsOf('outbox_events') };
  const key = randomUUID();
  const answers = await Promise.all(times(50, () => place([line(20, 2)], key)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
  expect(await stockOf(20)).toBe(18);
  expect(await rowsOf('orders')).toBe(before.orders + 1);
  expect(await rowsOf('outbox_events')).toBe(before.events + 1);
});

test('of requests at once with one key and two bodies, those of one body are refused', async () => {
  const key = randomUUID();
  const answers = await Promise.all(times(10, (n) => place([n % 2 ? line(21, 1) : line(22, 1)], key)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([...times(5, () => 201), ...times(5, () => 422)]);
  expect((await stockOf(21)) + (await stockOf(22))).toBe(21 + 22 - 1);
});

test('a repeated request finds its order although it took the last copy', async () => {
  const key = randomUUID();
  const first = await place([line(3, 3)], key);
  expect((await place([line(3, 3)])).status).toBe(409);
  expect((await place([line(3, 3)], key)).json).toEqual(first.json);
});

test('clients that go away at any moment and come back with their key have one order each', async () => {
  await service.database.query('UPDATE books SET stock = 500 WHERE id = $1', [line(26, 1).bookId]);
  const before = { orders: await rowsOf('orders'), events: await rowsOf('outbox_events') };
  const keys = times(60, () => randomUUID());
  const body = JSON.stringify({ lines: [line(26, 1)] });
  const leave = async (key: string) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key };
    const signal = AbortSignal.timeout(randomInt(1, 40));
    const asked = fetch(new URL('/v2/orders', service.url), { method: 'POST', headers, body, signal });
    return await asked.then(
      () => 'answered',
      () => 'gone',
    );
  };
  for (const some of [keys.slice(0, 20), keys.slice(20, 40), keys.slice(40)]) {
    expect(await Promise.all(some.map(leave))).toContain('gone');
  }
  for (const key of keys) expect((await place([line(26, 1)], key)).status).toBe(201);
  expect(await stockOf(26)).toBe(500 - 60);
  expect(await rowsOf('orders')).toBe(before.orders + 60);
  expect(await rowsOf('outbox_events')).toBe(before.events + 60);
});

test('no reader sees a stock from before an order that was answered', async () => {
  let answered = 28;
  let placing = true;
  const reader = async () => {
    while (placing) {
      const atMost = answered;
      expect(await stockOf(28)).toBeLessThanOrEqual(atMost);
    }
  };
  const writer = async () => {
    for (let left = 27; left >= 8; left -= 1) {
      expect((await place([line(28, 1), line(27, 1)])).status).toBe(201);
      answered = left;
    }
  };
  const writing = writer().finally(() => {
    placing = false;
  });
  await Promise.all([writing, ...times(4, reader)]);
  expect([await stockOf(28), await stockOf(27)]).toEqual([8, 7]);
});

test('without the cache orders are refused and not placed', async () => {
  await using cacheless = await startTestService({ REDIS_CACHE_URL: 'redis://127.0.0.1:1' });
  const shop = await cacheless.createTenant();
  const headers = { 'idempotency-key': 'one' };
  const body = { lines: [{ bookId: shop.bookIds[2], quantity: 1 }] };
  const admin = await cacheless.signIn(shop);
  const answer = await cacheless.request('/v2/orders', { method: 'POST', token: admin, headers, body });
  expect(answer).toMatchObject({ status: 503, json: { code: 'CACHE_UNAVAILABLE' } });
  expect(await cacheless.database.query('SELECT 1 FROM orders')).toEqual([]);
});
