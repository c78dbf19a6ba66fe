import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop, type TestShop } from '../testing/test-shop.ts';

let service: TestService;
let shop: TestShop;

beforeAll(async () => {
  service = await startTestService({ IN_FLIGHT_MAX: '10', DATABASE_POOL_MAX: '20' });
  shop = await openTestShop(service);
});
afterAll(() => service?.[Symbol.asyncDispose]());

const waiting = () => service.database.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
const metrics = async () => (await fetch(`${service.internalUrl}/metrics`)).text();

test('while what can wait takes its share, more of it is refused at once, and orders and probes go on', async () => {
  await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE dead_letters');
    // Three of ten are for them.
    const held = [1, 2, 3].map(() => shop.get('/v2/dead-letters'));
    await expect.poll(waiting, { timeout: 20_000 }).toHaveLength(3);
    const startedAtMs = performance.now();
    const refused = await shop.get('/v2/dead-letters');
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    expect(refused).toMatchObject({ status: 503, json: { code: 'OVERLOADED' } });
    expect(refused.headers.get('retry-after')).toMatch(/^[123]$/);
    expect((await shop.get('/v2/tenant')).status).toBe(200);
    await shop.place();
    expect((await service.request('/readyz')).status).toBe(200);
    await holder.query('ROLLBACK');
    for (const { status } of await Promise.all(held)) expect(status).toBe(200);
  });
  expect((await shop.get('/v2/dead-letters')).status).toBe(200);
  expect(await metrics()).toContain('http_requests_shed_total{importance="optional"} 1');
  await expect.poll(metrics).toContain('http_requests_in_flight 0');
});

test('of a hundred orders at once those that are let in are placed, and the others are told to come back', async () => {
  const body = { lines: [{ bookId: shop.tenant.bookIds[0], quantity: 1 }] };
  const order = (n: number) =>
    service.request('/v2/orders', { method: 'POST', token: shop.token, headers: { 'idempotency-key': `${n}` }, body });
  const stock = await shop.stock();
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => order(n)));
  const placed = answers.filter(({ status }) => status === 201);
  expect(placed.length).toBeGreaterThanOrEqual(10);
  for (const { status, json, headers } of answers.filter((answer) => !placed.includes(answer))) {
    expect({ status, code: json.code }).toEqual({ status: 503, code: 'OVERLOADED' });
    expect(headers.get('retry-after')).toMatch(/^[123]$/);
  }
  expect(placed.length).toBeLessThan(100);
  expect(await shop.stock()).toBe(stock - placed.length);
  // Who comes back with the same key has one order all the same.
  expect((await order(0)).status).toBe(201);
});
