import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { pileUpOrders } from '../testing/order-pile.ts';
import { startTestGate } from '../testing/test-gate.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService } from '../testing/test-service.ts';
import { startTestWorker } from '../testing/test-worker.ts';

const JOBS = 500;

test('of 500 jobs that failed in one moment, no fifth is back at the provider in one tenth of a second', async () => {
  await using stack = new AsyncDisposableStack();
  const service = stack.use(await startTestService());
  const provider = stack.use(await startTestProvider());
  const gate = stack.use(await startTestGate(provider.url));
  provider.behave([], { kind: 'hang' });
  // Long pauses: a second in which the machine stands still is not a fifth of the time over which they are spread.
  const environment = {
    JOB_CONCURRENCY: '100',
    BACKOFF_BASE_MS: '10000',
    BACKOFF_CAP_MS: '10000',
    PAYMENT_TIMEOUT_MS: '60000',
    JOB_LEASE_MS: '60000',
    DATABASE_POOL_MAX: '4',
  };
  const site = { database: service.database, provider: gate, environment, queuePrefix: randomUUID() };
  for (let worker = 0; worker < JOBS / 100; worker += 1) stack.use(await startTestWorker(site));
  const tenant = await service.createTenant({ books: 1 });
  const ids = await pileUpOrders(service.database, { tenantId: tenant.id, count: JOBS });
  const attempts = (nth: number) => ids.flatMap((id) => provider.attemptsOf(id)[nth - 1]?.atMs ?? []);
  await expect.poll(() => attempts(1).length, { timeout: 20_000, interval: 100 }).toBe(JOBS);

  provider.behave([]);
  await gate.close();
  await gate.open();
  await expect.poll(() => attempts(2).length, { timeout: 40_000, interval: 500 }).toBe(JOBS);
  const bins = new Map<number, number>();
  for (const atMs of attempts(2)) bins.set(Math.floor(atMs / 100), (bins.get(Math.floor(atMs / 100)) ?? 0) + 1);
  expect(Math.max(...bins.values()), 'jobs that are back in one tenth of a second').toBeLessThan(JOBS / 5);
});
