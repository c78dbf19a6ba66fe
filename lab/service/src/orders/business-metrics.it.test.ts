import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop, type TestShop } from '../testing/test-shop.ts';
import { startTestWorker, type TestWorker } from '../testing/test-worker.ts';

let service: TestService;
let provider: TestProvider;
let worker: TestWorker;
let shop: TestShop;

beforeAll(async () => {
  service = await startTestService();
  provider = await startTestProvider();
  worker = await startTestWorker({ database: service.database, provider });
  shop = await openTestShop(service);
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

async function sampleOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
}

test('payments are counted by their outcome, and no shop is named', async () => {
  const outcome = (name: string) => sampleOf(worker.internalUrl, `payments_total\\{outcome="${name}"\\}`);
  const outcomes = async () => [await outcome('succeeded'), await outcome('declined'), await outcome('given-up')];
  const [succeeded = 0, declined = 0, givenUp = 0] = await outcomes();
  for (const [status, end] of [
    [402, 'payment-failed'],
    [500, 'paid'],
  ] as const) {
    provider.behave([{ kind: 'refuse', status }]);
    await shop.becomes(await shop.place(), end);
  }
  provider.behave([{ kind: 'refuse', status: 410 }]);
  await shop.deadLetters(await shop.place());
  await expect.poll(outcomes).toEqual([succeeded + 1, declined + 1, givenUp + 1]);
  for (const url of [service.internalUrl, worker.internalUrl]) {
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text.split('\n').filter((line) => /^(orders|cart|payments)_/.test(line) && line.includes('tenant'))).toEqual(
      [],
    );
  }
});

test('orders are counted once, and what was in their carts is known', async () => {
  const value = (name: string) => sampleOf(service.internalUrl, name);
  const sum = () => value('cart_value_cents_sum');
  const [created, carts, cents] = [
    await value('orders_created_total'),
    await value('cart_value_cents_count'),
    await sum(),
  ];
  const headers = { 'idempotency-key': randomUUID() };
  const order = (quantity: number) => ({ lines: [{ bookId: shop.tenant.bookIds[0], quantity }] });
  const place = (quantity: number, more = headers) =>
    service.request('/v2/orders', { method: 'POST', token: shop.token, headers: more, body: order(quantity) });
  expect((await place(3)).json.totalCents).toBe(3_003);
  expect((await place(3)).headers.get('idempotent-replayed')).toBe('true');
  expect((await place(1, { 'idempotency-key': randomUUID() })).json.totalCents).toBe(1_001);
  await service.database.query('UPDATE books SET stock = 0 WHERE id = $1', [shop.tenant.bookIds[0]]);
  expect((await place(1, { 'idempotency-key': randomUUID() })).status).toBe(409);
  await service.database.query('UPDATE books SET stock = 500 WHERE id = $1', [shop.tenant.bookIds[0]]);
  expect(await value('orders_created_total')).toBe(created + 2);
  expect(await value('cart_value_cents_count')).toBe(carts + 2);
  expect(await sum()).toBe(cents + 4_004);
  expect(await value('cart_value_cents_bucket\\{le="2000"\\}')).toBe(carts + 1);
  expect(await value('cart_value_cents_bucket\\{le="5000"\\}')).toBe(carts + 2);
});
