import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import { expect, test } from 'vitest';
import { pileUpOrders } from '../testing/order-pile.ts';
import { testQueueUrl } from '../testing/test-environment.ts';
import { startTestGate } from '../testing/test-gate.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService } from '../testing/test-service.ts';
import { startTestWorker } from '../testing/test-worker.ts';
import { QUEUE_NAME } from './job.ts';

const JOBS = 500;

test('of 500 jobs that failed in one moment, no fifth is to come back in one tenth of a second', async () => {
  await using stack = new AsyncDisposableStack();
  const service = stack.use(await startTestService());
  const provider = stack.use(await startTestProvider());
  const gate = stack.use(await startTestGate(provider.url));
  provider.behave([], { kind: 'hang' });
  // Long pauses: all of them wait when they are looked at.
  const environment = {
    JOB_CONCURRENCY: '100',
    BACKOFF_BASE_MS: '10000',
    BACKOFF_CAP_MS: '10000',
    PAYMENT_TIMEOUT_MS: '60000',
    JOB_LEASE_MS: '60000',
    DATABASE_POOL_MAX: '4',
  };
  const queuePrefix = randomUUID();
  const site = { database: service.database, provider: gate, environment, queuePrefix };
  for (let worker = 0; worker < JOBS / 100; worker += 1) stack.use(await startTestWorker(site));
  const tenant = await service.createTenant({ books: 1 });
  const ids = await pileUpOrders(service.database, { tenantId: tenant.id, count: JOBS });
  const attempted = () => ids.filter((id) => provider.attemptsOf(id).length > 0).length;
  await expect.poll(attempted, { timeout: 20_000, interval: 100 }).toBe(JOBS);

  await gate.close();
  const queue = new Queue(QUEUE_NAME, { connection: { url: testQueueUrl() }, prefix: queuePrefix });
  stack.defer(() => queue.close());
  const waiting = async () => (await queue.getDelayed()).filter(({ attemptsMade }) => attemptsMade === 1);
  await expect.poll(async () => (await waiting()).length, { timeout: 20_000, interval: 200 }).toBe(JOBS);
  // How long each waits from that moment. The provider would say less: no machine makes 500 calls in a tenth of a second.
  const bins = new Map<number, number>();
  for (const { delay } of await waiting())
    bins.set(Math.floor(delay / 100), (bins.get(Math.floor(delay / 100)) ?? 0) + 1);
  expect(Math.max(...bins.values()), 'jobs that come back in one tenth of a second').toBeLessThan(JOBS / 5);
  await gate.open();
});
