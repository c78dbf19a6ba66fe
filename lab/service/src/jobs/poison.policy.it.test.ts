import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { expect, test } from 'vitest';
import { pileUpOrders } from '../testing/order-pile.ts';
import { testQueueUrl } from '../testing/test-environment.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService } from '../testing/test-service.ts';
import { spawnTestWorker, type WorkerProcess } from '../testing/test-worker.ts';
import { QUEUE_NAME, QUEUE_PREFIX } from './job.ts';

const DEATHS = 3;
/** The provider's time is what the work takes, so that the machine is not what is measured. */
const CHARGE_MS = 150;
/** Longer than it takes until the jobs of the dead are taken over. */
const WINDOW_MS = 2_000;
const environment = { JOB_LEASE_MS: '800', JOB_STALL_CHECK_MS: '200', JOB_CONCURRENCY: '3', JOB_CRASHES_MAX: '9' };

test('while workers die one after another, the others work on at half the rate at least', async () => {
  await using parts = new AsyncDisposableStack();
  const service = parts.use(await startTestService());
  const provider = parts.use(await startTestProvider());
  // The program's own queue: what an earlier test left there would be delivered to these workers.
  const rest = new Queue(QUEUE_NAME, { connection: { url: testQueueUrl() }, prefix: QUEUE_PREFIX });
  await rest.obliterate({ force: true });
  await rest.close();
  provider.behave([], { kind: 'slow', ms: CHARGE_MS });
  const spawn = async () => parts.use(await spawnTestWorker({ database: service.database, provider, environment }));
  const workers: WorkerProcess[] = await Promise.all([spawn(), spawn(), spawn()]);
  const tenant = await service.createTenant({ books: 1 });
  await pileUpOrders(service.database, { tenantId: tenant.id, count: 3_000 });
  const charged = () => provider.calls.filter(({ method }) => method === 'POST').length;
  await expect.poll(charged).toBeGreaterThan(50);
  const rate = async () => {
    const [before, startedAtMs] = [charged(), performance.now()];
    await sleep(WINDOW_MS);
    return (charged() - before) / (performance.now() - startedAtMs);
  };

  // In turns, and the median counts: a moment in which the machine stands still is in one of them.
  const shares: number[] = [];
  for (let death = 1; death <= DEATHS; death += 1) {
    const undisturbed = await rate();
    const victim = workers.shift();
    victim?.child.kill('SIGKILL');
    expect(undisturbed, 'charges per ms before a worker dies').toBeGreaterThan(0);
    shares.push((await rate()) / undisturbed);
    workers.push(await spawn());
  }
  const median = shares.toSorted((a, b) => a - b)[1];
  expect(
    median,
    `shares of the undisturbed rate: ${shares.map((share) => share.toFixed(2)).join(', ')}`,
  ).toBeGreaterThan(0.5);
});
