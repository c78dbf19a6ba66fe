import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createJobMetrics } from '../jobs/job-metrics.ts';
import { createJobQueue, type JobQueue } from '../jobs/job-queue.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createCrossTenantDatabase } from '../platform/tenant-transaction.ts';
import { type LogLine, recordingLog } from '../testing/recording-log.ts';
import { testQueueUrl } from '../testing/test-environment.ts';
import { startTestGate } from '../testing/test-gate.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop, type TestShop } from '../testing/test-shop.ts';
import { startTestWorker } from '../testing/test-worker.ts';
import { type OutboxRelay, startOutboxRelay } from './outbox-relay.ts';

let service: TestService;
let shop: TestShop;
let pool: Pool;
const logs: LogLine[] = [];
const log = recordingLog(logs);

beforeAll(async () => {
  service = await startTestService();
  shop = await openTestShop(service);
  pool = createPool({ url: service.database.appUrl, max: 4, name: 'test-relay', log });
});
afterAll(async () => {
  await pool?.end();
  await service?.[Symbol.asyncDispose]();
});

type RelayQueue = Pick<JobQueue, 'add' | 'waiting'>;

function startRelay(queue: RelayQueue): OutboxRelay {
  const metrics = createMetrics();
  const database = createCrossTenantDatabase({ pool, metrics });
  return startOutboxRelay({ database, queue, metrics: createJobMetrics(metrics.registry), log, pollMs: 10 });
}

const unpublished = async (ids: readonly string[]) => {
  const sql = "SELECT 1 FROM outbox_events WHERE published_at IS NULL AND payload ->> 'orderId' = ANY ($1)";
  return (await service.database.query(sql, [ids])).length;
};
const placeMany = (count: number) => Promise.all(Array.from({ length: count }, () => shop.place()));
const isPublished = (ids: readonly string[]) => expect.poll(() => unpublished(ids), { timeout: 20_000 }).toBe(0);

test('every event is added once, by however many relays', async () => {
  const added: string[] = [];
  const add: JobQueue['add'] = async (jobs) => void added.push(...jobs.map(({ payload }) => payload.orderId));
  const ids = await placeMany(120);
  const queue: RelayQueue = { add, waiting: async () => 0 };
  const relays = [startRelay(queue), startRelay(queue), startRelay(queue)];
  await isPublished(ids);
  await Promise.all(relays.map((relay) => relay.stop()));
  expect(added.toSorted()).toEqual(ids.toSorted());
});

test('an order that was rolled back leaves no event', async () => {
  const before = await service.database.query('SELECT id FROM outbox_events');
  const headers = { 'idempotency-key': randomUUID() };
  const body = { lines: [{ bookId: shop.tenant.bookIds[0], quantity: 99 }] };
  await service.database.query('UPDATE books SET stock = 98 WHERE id = $1', [shop.tenant.bookIds[0]]);
  const answer = await service.request('/v2/orders', { method: 'POST', token: shop.token, headers, body });
  expect(answer.status).toBe(409);
  await service.database.query('UPDATE books SET stock = 500 WHERE id = $1', [shop.tenant.bookIds[0]]);
  expect(await service.database.query('SELECT id FROM outbox_events')).toEqual(before);
});

test('a relay that dies between adding and marking adds the event again, and the order is charged once', async () => {
  await using provider = await startTestProvider();
  const queuePrefix = randomUUID();
  const queue = createJobQueue({ url: testQueueUrl(), prefix: queuePrefix });
  let deaths = 0;
  const dying: RelayQueue = {
    waiting: queue.waiting,
    async add(jobs) {
      await queue.add(jobs);
      deaths += 1;
      throw new Error('It died here.');
    },
  };
  const id = await shop.place();
  const first = startRelay(dying);
  await expect.poll(() => deaths).toBeGreaterThan(2);
  await first.stop();
  expect(await unpublished([id])).toBe(1);

  await using _worker = await startTestWorker({ database: service.database, provider, queuePrefix });
  await shop.becomes(id, 'paid');
  await isPublished([id]);
  expect(provider.chargesOf(id)).toHaveLength(1);
  await queue.close();
});

test('while the queue is away orders are taken, their events wait, and the log says so once', async () => {
  await using gate = await startTestGate(testQueueUrl());
  await using provider = await startTestProvider();
  const environment = { REDIS_QUEUE_URL: gate.url };
  await using worker = await startTestWorker({ database: service.database, provider, environment });
  await shop.becomes(await shop.place(), 'paid');
  const readiness = async () => (await fetch(`${worker.internalUrl}/readyz`)).status;
  expect(await readiness()).toBe(200);

  await gate.close();
  const ids = await placeMany(5);
  await expect.poll(readiness, { timeout: 20_000 }).toBe(503);
  const lag = async () => {
    const text = await (await fetch(`${worker.internalUrl}/metrics`)).text();
    return Number(/outbox_lag_seconds ([0-9.]+)/.exec(text)?.[1]);
  };
  await expect.poll(lag, { timeout: 20_000 }).toBeGreaterThan(0.5);
  expect(await unpublished(ids)).toBe(5);
  expect((await shop.order(ids[0] ?? '')).status).toBe('placed');
  const failures = () => worker.logs.filter(({ message }) => message === 'publishing from the outbox fails');
  expect(failures()).toHaveLength(1);

  await gate.open();
  for (const id of ids) await shop.becomes(id, 'paid');
  for (const id of ids) expect(provider.chargesOf(id)).toHaveLength(1);
  await expect.poll(readiness, { timeout: 20_000 }).toBe(200);
  expect(failures()).toHaveLength(1);
  expect(worker.logs.map(({ message }) => message)).toContain('publishing from the outbox works again');
});

test('a worker that starts while the queue is away begins when it is there', async () => {
  await using gate = await startTestGate(testQueueUrl());
  await gate.close();
  await using provider = await startTestProvider();
  const environment = { REDIS_QUEUE_URL: gate.url };
  await using worker = await startTestWorker({ database: service.database, provider, environment });
  expect((await fetch(`${worker.internalUrl}/readyz`)).status).toBe(503);
  const id = await shop.place();
  await expect.poll(() => worker.logs.map(({ message }) => message)).toContain('publishing from the outbox fails');
  await gate.open();
  await shop.becomes(id, 'paid');
});

test('a worker that is stopped while the queue is away ends within its limit', async () => {
  await using gate = await startTestGate(testQueueUrl());
  await using provider = await startTestProvider();
  const environment = { REDIS_QUEUE_URL: gate.url, SHUTDOWN_TIMEOUT_MS: '500' };
  const worker = await startTestWorker({ database: service.database, provider, environment });
  await shop.becomes(await shop.place(), 'paid');
  await gate.close();
  const startedAtMs = performance.now();
  await worker[Symbol.asyncDispose]();
  expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  await gate.open();
});
