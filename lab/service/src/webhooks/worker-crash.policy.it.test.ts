import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import type { Reception } from '../testing/test-receiver.ts';
import { spawnTestWebhookWorker } from '../testing/test-webhook-worker.ts';
import { startWebhookSite, type WebhookShop, type WebhookSite } from '../testing/test-webhooks.ts';

let site: WebhookSite;
let own: WebhookShop;

beforeAll(async () => {
  site = await startWebhookSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(async () => {
  own = await site.openShop();
});
afterEach(() => site.receiver.release());

const PATIENCE = { timeout: 20_000, interval: 10 };
/** Nobody waits for the lease of a worker that the test has killed. */
const END_LEASES = "UPDATE webhook_deliveries SET due_at = now() WHERE status = 'sending'";
const hold: Reception = { kind: 'hold' };
const spawnWorker = (environment: Readonly<Record<string, string>> = {}) =>
  spawnTestWebhookWorker({ ...site.environment, ...environment });
const hits = (path: string) => site.receiver.receivedAt(path);
const isHit = (path: string, times = 1) => expect.poll(() => hits(path).length, PATIENCE).toBe(times);
const placeMany = (count: number) => Promise.all(Array.from({ length: count }, () => own.shop.place()));

test('a worker that is killed before the answer is replaced: the same message comes again', async () => {
  await own.subscribe('/before', ['order.placed']);
  site.receiver.behave('/before', [{ kind: 'hang' }]);
  await using first = await spawnWorker();
  await own.shop.place();
  await isHit('/before');
  await first.kill();
  await using _second = await spawnWorker();
  expect(await own.becomes('delivered')).toMatchObject([{ attempts: 1, crashes: 1 }]);
  expect(new Set(hits('/before').map(({ id }) => id)).size).toBe(1);
  expect(new Set(hits('/before').map(({ body }) => body)).size).toBe(1);
});

test('a worker that is killed while it records a success is replaced, and the message has one id', async () => {
  await own.subscribe('/recording', ['order.placed']);
  site.receiver.behave('/recording', [hold]);
  await using first = await spawnWorker({ WEBHOOK_TIMEOUT_MS: '10000' });
  await own.shop.place();
  await isHit('/recording');
  await withClient(site.service.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE webhook_deliveries IN EXCLUSIVE MODE');
    site.receiver.release();
    const recording =
      "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%last_response = $%'";
    await expect.poll(async () => (await site.service.database.query(recording)).length, PATIENCE).toBe(1);
    await first.kill();
    await holder.query('ROLLBACK');
  });
  await site.service.database.query(END_LEASES);
  await using _second = await spawnWorker();
  await own.becomes('delivered');
  expect(new Set(hits('/recording').map(({ id: message }) => message)).size).toBe(1);
});

test('a worker that was paused for longer than its lease goes on without harm', async () => {
  await own.subscribe('/paused', ['order.placed']);
  site.receiver.behave('/paused', [{ kind: 'hang' }, hold]);
  await using first = await spawnWorker();
  await own.shop.place();
  await isHit('/paused');
  first.child.kill('SIGSTOP');
  await using _second = await spawnWorker({ WEBHOOK_TIMEOUT_MS: '10000' });
  await isHit('/paused', 2);
  // It finds that its attempt has timed out long ago, and that the delivery is another worker's.
  first.child.kill('SIGCONT');
  await own.shop.place();
  await own.becomes('delivered', 1);
  site.receiver.release();
  const delivered = await own.becomes('delivered', 2);
  expect(delivered.map(({ attempts }) => attempts)).toEqual([1, 1]);
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
});

test('a message that three workers died of is given up; those beside it are not, and others keep flowing', async () => {
  await own.subscribe('/poison', ['order.placed']);
  const other = await site.openShop();
  await other.subscribe('/beside', ['order.placed']);
  site.receiver.behave('/poison', [], { kind: 'hang' });
  site.receiver.behave('/beside', [hold, hold, hold]);
  const environment = { WEBHOOK_TIMEOUT_MS: '5000' };
  await own.shop.place();
  await Promise.all([other.shop.place(), other.shop.place(), other.shop.place()]);
  for (let death = 1; death <= 3; death += 1) {
    await using worker = await spawnWorker(environment);
    await isHit('/poison', death);
    if (death === 1) await isHit('/beside', 3);
    await worker.kill();
    await site.service.database.query(END_LEASES);
  }
  await using _last = await spawnWorker(environment);
  expect(await own.becomes('dead')).toMatchObject([{ deadReason: 'crashed', crashes: 3 }]);
  await other.shop.place();
  const beside = await other.becomes('delivered', 4);
  expect(beside.map(({ crashes }) => crashes).toSorted()).toEqual([0, 1, 1, 1]);
  expect(hits('/poison')).toHaveLength(3);
});

test('on SIGTERM what is on its way is finished, what takes too long is given back unharmed, the rest is left', async () => {
  await own.subscribe('/quick', ['order.placed']);
  await own.subscribe('/slow', ['order.placed']);
  site.receiver.behave('/quick', [], hold);
  site.receiver.behave('/slow', [], { kind: 'hang' });
  await placeMany(10);
  await using first = await spawnWorker({ WEBHOOK_TIMEOUT_MS: '60000' });
  await isHit('/quick', 4);
  await isHit('/slow', 4);
  first.child.kill('SIGTERM');
  await first.stopping;
  site.receiver.release();
  expect(await first.exited).toBe(0);
  expect(hits('/quick')).toHaveLength(4);
  expect(await own.deliveries('&status=delivered')).toHaveLength(4);
  const pending = await own.deliveries('&status=pending');
  expect(pending).toHaveLength(16);
  for (const { attempts, crashes } of pending) expect([attempts, crashes]).toEqual([0, 0]);

  await using _second = await spawnWorker();
  await own.becomes('delivered', 20);
  expect(hits('/quick')).toHaveLength(10);
});
