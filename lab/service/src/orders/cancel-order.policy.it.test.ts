import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop, type TestShop } from '../testing/test-shop.ts';
import { startTestWorker } from '../testing/test-worker.ts';

let service: TestService;
let provider: TestProvider;
let shop: TestShop;
let stock: number;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.[Symbol.asyncDispose]());
beforeEach(async () => {
  provider = await startTestProvider();
  shop = await openTestShop(service);
  stock = await shop.stock();
  return () => provider[Symbol.asyncDispose]();
});

const cancel = (id: string) => shop.post(`/v2/orders/${id}/cancel`);
const startWorker = () => startTestWorker({ database: service.database, provider });
const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

test('an order that was cancelled has given its copies back and is never charged', async () => {
  const id = await shop.place('cancelled-before');
  expect(await shop.stock()).toBe(stock - 1);
  const { status, json } = await cancel(id);
  expect({ status, json }).toMatchObject({ status: 200, json: { id, status: 'cancelled', payment: null } });
  expect(await shop.order(id)).toEqual(json);
  expect(await shop.stock()).toBe(stock);
  await using worker = await startWorker();
  const line = () => worker.logs.find(({ fields }) => fields.orderId === id);
  await expect.poll(line, { timeout: 20_000 }).toMatchObject({ fields: { outcome: 'settled' } });
  expect(provider.calls).toEqual([]);
});

test('20 cancellations at once give the copies back once, and so does one more', async () => {
  const id = await shop.place();
  const answers = await Promise.all(times(20, () => cancel(id)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await cancel(id)).toMatchObject({ status: 200, json: { status: 'cancelled' } });
  expect(await shop.stock()).toBe(stock);
});

test('two that have both seen the order placed give its copies back once', async () => {
  const id = await shop.place();
  const waiting = () => service.database.query('SELECT 1 FROM pg_locks WHERE NOT granted');
  const answers = await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${shop.tenant.id}'; SELECT 1 FROM books FOR UPDATE`);
    const both = [cancel(id), cancel(id)];
    await expect.poll(async () => (await waiting()).length, { timeout: 20_000 }).toBeGreaterThanOrEqual(2);
    await holder.query('ROLLBACK');
    return await Promise.all(both);
  });
  for (const answer of answers) expect(answer).toMatchObject({ status: 200, json: { status: 'cancelled' } });
  expect(await shop.stock()).toBe(stock);
});

test('an order whose charge is on its way is not cancelled, however that ends', async () => {
  await using _worker = await startWorker();
  provider.behave([{ kind: 'hold' }]);
  const id = await shop.place();
  await expect.poll(() => provider.attemptsOf(id).length, { timeout: 20_000 }).toBe(1);
  expect(await cancel(id)).toMatchObject({
    status: 409,
    json: { code: 'NOT_CANCELLABLE', detail: 'This order is being charged.' },
  });
  provider.release();
  await shop.becomes(id, 'paid');
  expect(await cancel(id)).toMatchObject({ status: 409, json: { detail: 'This order is paid.' } });
  expect(provider.chargesOf(id)).toHaveLength(1);
  expect(await shop.stock()).toBe(stock - 1);
});

test('nor is one whose charge was made and whose answer was lost', async () => {
  await using _worker = await startWorker();
  provider.behave([], { kind: 'lose' });
  const id = await shop.place();
  await expect.poll(() => provider.chargesOf(id).length, { timeout: 20_000 }).toBe(1);
  expect((await cancel(id)).status).toBe(409);
  expect(await shop.becomes(id, 'paid')).toMatchObject({ payment: { chargeId: provider.chargesOf(id)[0]?.id } });
});

test('where cancellations and charges begin together, each order has one of both', async () => {
  const ids = await Promise.all(times(40, () => shop.place()));
  await using _worker = await startWorker();
  await expect.poll(() => provider.calls.length, { timeout: 20_000, interval: 1 }).toBeGreaterThan(0);
  const answers = await Promise.all(ids.map(cancel));
  const cancelled = ids.filter((_, n) => answers[n]?.status === 200);
  const refused = ids.filter((_, n) => answers[n]?.status === 409);
  expect(cancelled.length + refused.length).toBe(40);
  for (const id of refused) {
    await shop.becomes(id, 'paid');
    expect(provider.chargesOf(id)).toHaveLength(1);
  }
  for (const id of cancelled) {
    expect(await shop.order(id)).toMatchObject({ status: 'cancelled', payment: null });
    expect(provider.calls.filter(({ reference }) => reference === id)).toEqual([]);
  }
  expect(await shop.stock()).toBe(stock - refused.length);
});

test('who may not place orders may not cancel them, and others have no such order', async () => {
  const id = await shop.place();
  const path = `/v2/orders/${id}/cancel`;
  const editor = await service.signIn(shop.tenant, 'editor');
  expect((await service.request(path, { method: 'POST', token: editor })).status).toBe(403);
  const other = await openTestShop(service);
  expect((await other.post(path)).status).toBe(404);
  expect((await cancel(randomUUID())).status).toBe(404);
  expect(await shop.order(id)).toMatchObject({ status: 'placed' });
});
