import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { expect, test } from 'vitest';
import { testQueueUrl } from '../testing/test-environment.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService } from '../testing/test-service.ts';
import { openTestShop } from '../testing/test-shop.ts';
import { spawnTestWorker } from '../testing/test-worker.ts';
import { QUEUE_NAME, QUEUE_PREFIX } from './job.ts';

const [LEASE_MS, CHECK_MS] = [1_500, 500];
const environment = {
  JOB_LEASE_MS: String(LEASE_MS),
  JOB_STALL_CHECK_MS: String(CHECK_MS),
  PAYMENT_TIMEOUT_MS: '60000',
};

test('what a killed worker had in hand is another’s after its lease and the next look, and not before', async () => {
  await using parts = new AsyncDisposableStack();
  const service = parts.use(await startTestService());
  const provider = parts.use(await startTestProvider());
  const shop = await openTestShop(service);
  // The program's own queue: what an earlier test left there would be delivered to these workers.
  const rest = new Queue(QUEUE_NAME, { connection: { url: testQueueUrl() }, prefix: QUEUE_PREFIX });
  await rest.obliterate({ force: true });
  await rest.close();
  const spawn = async () => parts.use(await spawnTestWorker({ database: service.database, provider, environment }));
  const patience = { timeout: 20_000, interval: 10, message: 'attempts by all workers' };
  const attempts = (id: string) => expect.poll(() => provider.attemptsOf(id).length, patience);

  const first = await spawn();
  provider.behave([{ kind: 'hang' }]);
  const id = await shop.place();
  await attempts(id).toBe(1);
  await spawn();
  // A lease is renewed half way, so as long as its worker lives nobody takes the job over.
  await sleep(2 * (LEASE_MS + CHECK_MS));
  expect(provider.attemptsOf(id), 'attempts while the worker lives').toHaveLength(1);
  const killedAtMs = performance.now();
  first.child.kill('SIGKILL');
  await first.exited;
  await attempts(id).toBe(2);
  const tookMs = (provider.attemptsOf(id)[1]?.atMs ?? 0) - killedAtMs;
  // 2 s at most on an idle machine. Without its settings it would be the queue's own 30 s and more.
  expect(tookMs, 'ms from the kill to the next attempt').toBeLessThan(4 * (LEASE_MS + CHECK_MS));
  await shop.becomes(id, 'paid');
});
