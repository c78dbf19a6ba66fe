import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createJobQueue, type JobQueue } from '../jobs/job-queue.ts';
import { withClient } from '../testing/test-database.ts';
import { testQueueUrl } from '../testing/test-environment.ts';
import { startTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop, type TestShop } from '../testing/test-shop.ts';
import { startTestWorker, type TestWorker } from '../testing/test-worker.ts';

let service: TestService;
let provider: TestProvider;
let queue: JobQueue;
let workers: readonly TestWorker[];
let shop: TestShop;

beforeAll(async () => {
  service = await startTestService();
  shop = await openTestShop(service);
});
afterAll(() => service?.[Symbol.asyncDispose]());

beforeEach(async () => {
  // It forgets its keys in some tests: looking before charging has to be enough where calls come one after another.
  provider = await startTestProvider({ forgetful: expect.getState().currentTestName?.includes('forgetful') ?? false });
  const queuePrefix = randomUUID();
  queue = createJobQueue({ url: testQueueUrl(), prefix: queuePrefix });
  const site = { database: service.database, provider, queuePrefix };
  workers = [await startTestWorker(site), await startTestWorker(site)];
});
afterEach(async () => {
  provider.release();
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  await queue.close();
  await provider[Symbol.asyncDispose]();
});

/** Adds the order's job once more, as a queue does that has forgotten it. */
async function deliverAgain(orderId: string): Promise<void> {
  const payload = { orderId, requestId: 'again', redriven: false };
  await queue.add([{ eventId: randomUUID(), tenantId: shop.tenant.id, kind: 'order.placed', payload }]);
}

const attempts = (id: string) => expect.poll(() => provider.attemptsOf(id).length, { timeout: 20_000 });
const outcomesOf = (id: string) =>
  workers.flatMap(({ logs }) => logs.filter(({ fields }) => fields.orderId === id).map(({ fields }) => fields.outcome));

test('copies of a job that run at the same time on two workers charge once', async () => {
  provider.behave([], { kind: 'hold' });
  const id = await shop.place();
  await attempts(id).toBe(1);
  await Promise.all(Array.from({ length: 6 }, () => deliverAgain(id)));
  await attempts(id).toBeGreaterThan(1);
  provider.release();
  await shop.becomes(id, 'paid');
  await expect
    .poll(() => outcomesOf(id).filter((outcome) => outcome === 'settled'), { timeout: 20_000 })
    .toHaveLength(6);
  expect(provider.chargesOf(id)).toHaveLength(1);
});

test('a job that comes again after its order was paid makes no call', async () => {
  const id = await shop.place();
  await shop.becomes(id, 'paid');
  await deliverAgain(id);
  await expect.poll(() => outcomesOf(id)).toContain('settled');
  expect(provider.calls.filter(({ reference }) => reference === id)).toHaveLength(1);
});

test('a reply that was lost is found at a forgetful provider, and not charged again', async () => {
  provider.behave([{ kind: 'lose' }]);
  const id = await shop.place();
  await shop.becomes(id, 'paid');
  expect(provider.attemptsOf(id)).toHaveLength(1);
  expect(provider.chargesOf(id)).toHaveLength(1);
});

test('while the database is away after a charge, a forgetful provider is not asked for another', async () => {
  const { username } = new URL(service.database.appUrl);
  provider.behave([{ kind: 'hold' }]);
  const id = await shop.place();
  await attempts(id).toBe(1);
  await service.database.query(`ALTER ROLE ${username} CONNECTION LIMIT 0`);
  await service.database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [username]);
  provider.release();
  // More often than an order may fail: an outage of our own says nothing about it.
  const postponed = () => outcomesOf(id).filter((outcome) => outcome === 'postponed').length;
  await expect.poll(postponed, { timeout: 20_000 }).toBeGreaterThan(3);
  await service.database.query(`ALTER ROLE ${username} CONNECTION LIMIT -1`);
  await shop.becomes(id, 'paid');
  expect(provider.chargesOf(id)).toHaveLength(1);
  expect((await shop.get('/v2/dead-letters')).json.items).toEqual([]);
});

test('a charge whose record waits for a lock is recorded once', async () => {
  const id = await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE payments IN EXCLUSIVE MODE');
    const placed = await shop.place();
    await expect.poll(() => service.database.query('SELECT 1 FROM pg_locks WHERE NOT granted')).not.toEqual([]);
    await deliverAgain(placed);
    await holder.query('ROLLBACK');
    return placed;
  });
  await shop.becomes(id, 'paid');
  await expect.poll(() => outcomesOf(id), { timeout: 20_000 }).toHaveLength(2);
  expect(provider.chargesOf(id)).toHaveLength(1);
});

test('a declined order fails for good: copies are back, one dead letter, and no call is made again', async () => {
  provider.behave([{ kind: 'refuse', status: 402, code: 'DECLINED' }]);
  const stock = await shop.stock();
  const id = await shop.place();
  expect(await shop.becomes(id, 'payment-failed')).toMatchObject({ payment: null });
  expect(await shop.stock()).toBe(stock);
  const [letter, ...others] = await shop.deadLetters(id);
  expect(letter).toMatchObject({ reason: 'declined', attempts: 1, lastError: expect.stringContaining('402 DECLINED') });
  expect(others).toEqual([]);

  await deliverAgain(id);
  expect((await shop.post(`/v2/dead-letters/${letter?.id}/redrive`)).status).toBe(202);
  // Two jobs run at once, so the order of their lines says nothing.
  await expect.poll(() => outcomesOf(id).toSorted(), { timeout: 20_000 }).toEqual(['declined', 'settled', 'settled']);
  expect(provider.calls.filter(({ reference }) => reference === id)).toHaveLength(1);
  expect(await shop.order(id)).toMatchObject({ status: 'payment-failed', payment: null });
  expect(await shop.stock()).toBe(stock);
});

test('two copies that are declined at the same time give the copies back once', async () => {
  const refusal = { kind: 'refuse', status: 402 } as const;
  const stock = await shop.stock();
  const id = await withClient(service.database.ownerUrl, async (holder) => {
    provider.behave([], refusal);
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${shop.tenant.id}'`);
    const placed = await shop.place();
    await holder.query('SELECT 1 FROM books FOR UPDATE');
    await deliverAgain(placed);
    await attempts(placed).toBe(2);
    await holder.query('ROLLBACK');
    return placed;
  });
  await shop.becomes(id, 'payment-failed');
  await expect.poll(() => outcomesOf(id).toSorted(), { timeout: 20_000 }).toEqual(['declined', 'settled']);
  expect(await shop.stock()).toBe(stock);
  expect(await shop.deadLetters(id)).toHaveLength(1);
});

test('a job with the id of another tenant’s order finds no order and calls nobody', async () => {
  const other = await openTestShop(service);
  provider.behave([], { kind: 'refuse', status: 500 });
  const payload = { orderId: await shop.place(), requestId: 'forged', redriven: true };
  await queue.add([{ eventId: randomUUID(), tenantId: other.tenant.id, kind: 'order.placed', payload }]);
  const forged = () => workers.flatMap(({ logs }) => logs.filter(({ fields }) => fields.requestId === 'forged'));
  await expect.poll(forged).toMatchObject([{ fields: { outcome: 'settled', tenant: other.tenant.id } }]);
  expect(provider.calls.filter(({ requestId }) => requestId === 'forged')).toEqual([]);
});
