import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { QUEUE_NAME, QUEUE_PREFIX } from './jobs/job.ts';
import { withClient } from './testing/test-database.ts';
import { testQueueUrl } from './testing/test-environment.ts';
import { startTestProvider, type TestProvider } from './testing/test-provider.ts';
import { startTestService, type TestService } from './testing/test-service.ts';
import { openTestShop, type TestShop } from './testing/test-shop.ts';
import { spawnTestWorker, type WorkerProcess } from './testing/test-worker.ts';

let service: TestService;
let shop: TestShop;
/** It forgets its keys: a second call to charge would be a second charge. */
let provider: TestProvider;

beforeAll(async () => {
  service = await startTestService();
  shop = await openTestShop(service);
});
afterAll(() => service?.[Symbol.asyncDispose]());

beforeEach(async () => {
  provider = await startTestProvider({ forgetful: true });
  // The program's own queue: what an earlier test left there would be delivered to this one's workers.
  const queue = new Queue(QUEUE_NAME, { connection: { url: testQueueUrl() }, prefix: QUEUE_PREFIX });
  await queue.obliterate({ force: true });
  await queue.close();
});
afterEach(() => provider[Symbol.asyncDispose]());

const spawnWorker = () => spawnTestWorker({ database: service.database, provider });
const attempts = (id: string) => expect.poll(() => provider.attemptsOf(id).length, { timeout: 20_000, interval: 10 });

async function kill({ child, exited }: WorkerProcess): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

test('a worker that is killed between a charge and its reply is replaced, and the order is charged once', async () => {
  await using first = await spawnWorker();
  provider.behave([{ kind: 'hold' }]);
  const id = await shop.place();
  await attempts(id).toBe(1);
  await kill(first);
  await using _second = await spawnWorker();
  await shop.becomes(id, 'paid');
  expect(provider.chargesOf(id)).toHaveLength(1);
  provider.release();
});

test('a worker that is killed before the provider has acted is replaced, and the order is charged once', async () => {
  await using first = await spawnWorker();
  provider.behave([{ kind: 'hang' }]);
  const id = await shop.place();
  await attempts(id).toBe(1);
  await kill(first);
  await using _second = await spawnWorker();
  await shop.becomes(id, 'paid');
  expect(provider.chargesOf(id)).toHaveLength(1);
});

test('a worker that is killed while it records a payment is replaced, and the order is charged once', async () => {
  await using first = await spawnWorker();
  const id = await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE payments IN EXCLUSIVE MODE');
    const placed = await shop.place();
    await expect.poll(() => provider.chargesOf(placed).length, { timeout: 20_000 }).toBe(1);
    await expect.poll(() => service.database.query('SELECT 1 FROM pg_locks WHERE NOT granted')).not.toEqual([]);
    await kill(first);
    await holder.query('ROLLBACK');
    return placed;
  });
  await using _second = await spawnWorker();
  await shop.becomes(id, 'paid');
  expect(provider.chargesOf(id)).toHaveLength(1);
});

test('a worker that was paused for longer than its lease goes on without harm', async () => {
  await using first = await spawnWorker();
  provider.behave([{ kind: 'hold' }]);
  const id = await shop.place();
  await attempts(id).toBe(1);
  first.child.kill('SIGSTOP');
  await using _second = await spawnWorker();
  const order = await shop.becomes(id, 'paid');
  provider.release();
  first.child.kill('SIGCONT');
  const next = await shop.place();
  await shop.becomes(next, 'paid');
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  expect(await shop.order(id)).toEqual(order);
  expect(provider.chargesOf(id)).toHaveLength(1);
  expect(provider.chargesOf(next)).toHaveLength(1);
});

test('an order that three workers died of is given up, and the others are charged', async () => {
  provider.behave([{ kind: 'hang' }, { kind: 'hang' }, { kind: 'hang' }]);
  const poison = await shop.place();
  for (let death = 1; death <= 3; death += 1) {
    await using worker = await spawnWorker();
    await attempts(poison).toBe(death);
    await kill(worker);
  }
  await using _last = await spawnWorker();
  const other = await shop.place();
  await shop.becomes(other, 'paid');
  expect(await shop.deadLetters(poison)).toMatchObject([{ reason: 'crashed', attempts: 3 }]);
  expect(provider.attemptsOf(poison)).toHaveLength(3);
});

test('on SIGTERM jobs in hand are finished and the others are left to the next worker', async () => {
  await using first = await spawnTestWorker({
    database: service.database,
    provider,
    environment: { JOB_CONCURRENCY: '3', PAYMENT_TIMEOUT_MS: '5000' },
  });
  provider.behave([], { kind: 'hold' });
  const ids = await Promise.all(Array.from({ length: 8 }, () => shop.place()));
  const charged = () => ids.filter((id) => provider.chargesOf(id).length > 0);
  await expect.poll(() => charged().length, { timeout: 20_000 }).toBe(3);
  first.child.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${first.internalUrl}/readyz`)).status).toBe(503);
  const inHand = charged();
  provider.release();
  expect(await first.exited).toBe(0);
  for (const id of inHand) expect((await shop.order(id)).status).toBe('paid');
  expect(charged()).toEqual(inHand);

  await using _second = await spawnWorker();
  for (const id of ids) await shop.becomes(id, 'paid');
  for (const id of ids) expect(provider.attemptsOf(id)).toHaveLength(1);
});
