import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { expect, test } from 'vitest';
import { pileUpOrders } from '../testing/order-pile.ts';
import { testQueueUrl } from '../testing/test-environment.ts';
import { startTestProvider } from '../testing/test-provider.ts';
import { startTestService } from '../testing/test-service.ts';
import { spawnTestWorker, type WorkerProcess } from '../testing/test-worker.ts';
import { QUEUE_NAME, QUEUE_PREFIX } from './job.ts';
import { createJobQueue } from './job-queue.ts';

const EVENTS = 2_000;
const KILLS = 4;
const environment = {
  JOB_LEASE_MS: '1000',
  JOB_STALL_CHECK_MS: '300',
  JOB_CRASHES_MAX: '100',
  PAYMENT_TIMEOUT_MS: '2000',
};

test('of 2,000 events with copies, kills and redeliveries each has one effect', async () => {
  await using parts = new AsyncDisposableStack();
  const service = parts.use(await startTestService());
  const provider = parts.use(await startTestProvider());
  const shop = await service.createTenant({ books: 1 });
  // The program's own queue: what an earlier test left there would be delivered to these workers.
  const rest = new Queue(QUEUE_NAME, { connection: { url: testQueueUrl() }, prefix: QUEUE_PREFIX });
  await rest.obliterate({ force: true });
  await rest.close();
  const spawn = async () => parts.use(await spawnTestWorker({ database: service.database, provider, environment }));

  const ids = await pileUpOrders(service.database, { tenantId: shop.id, count: EVENTS });
  const events = "SELECT id, payload ->> 'orderId' AS order FROM outbox_events WHERE tenant_id = $1";
  const rows = await service.database.query<{ id: string; order: string }>(events, [shop.id]);
  const queue = createJobQueue({ url: testQueueUrl() });
  parts.defer(() => queue.close());
  const job = (eventId: string, orderId: string) => {
    const payload = { orderId, requestId: 'pile', redriven: false };
    return { eventId, tenantId: shop.id, kind: 'order.placed', payload } as const;
  };
  const attempts = () => provider.calls.filter(({ method }) => method === 'POST').length;
  const workers: WorkerProcess[] = [await spawn(), await spawn()];

  for (let kill = 1; kill <= KILLS; kill += 1) {
    await expect.poll(attempts, { timeout: 60_000, interval: 10 }).toBeGreaterThan((kill * EVENTS) / (KILLS + 2));
    const victim = workers.shift();
    victim?.child.kill('SIGKILL');
    await victim?.exited;
    // Again under its own name, as a relay does that died before it marked it, and as a job that the queue has forgotten.
    const some = rows.filter((_row, index) => index % KILLS === kill - 1);
    await queue.add(some.map(({ id, order }) => job(id, order)));
    await queue.add(some.filter((_row, index) => index % 4 === 0).map(({ order }) => job(randomUUID(), order)));
    await service.database.query('UPDATE outbox_events SET published_at = NULL WHERE id = ANY ($1)', [
      some.filter((_row, index) => index % 2 === 0).map(({ id }) => id),
    ]);
    workers.push(await spawn());
  }

  const states = 'SELECT status, count(*)::integer AS count FROM orders GROUP BY status';
  await expect
    .poll(() => service.database.query(states), { timeout: 60_000 })
    .toEqual([{ status: 'paid', count: EVENTS }]);
  const idle = async () => (await queue.waiting()) + (await unpublished());
  const unpublished = async () =>
    (await service.database.query('SELECT 1 FROM outbox_events WHERE published_at IS NULL')).length;
  await expect.poll(idle, { timeout: 60_000 }).toBe(0);
  // Copies that a worker has in hand.
  await sleep(500);
  const charged = (id: string) => provider.chargesOf(id).length;
  expect(
    ids.filter((id) => charged(id) !== 1),
    'orders with none or several charges',
  ).toEqual([]);
  const payments = 'SELECT 1 FROM payments WHERE tenant_id = $1';
  expect(await service.database.query(payments, [shop.id])).toHaveLength(EVENTS);
  expect(await service.database.query('SELECT reason FROM dead_letters')).toEqual([]);
}, 90_000);
