import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestWebhookWorker, type TestWebhookWorker } from '../testing/test-webhook-worker.ts';
import { startWebhookSite, type WebhookShop, type WebhookSite } from '../testing/test-webhooks.ts';

let site: WebhookSite;
let workers: TestWebhookWorker[] = [];

beforeAll(async () => {
  site = await startWebhookSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());
afterEach(async () => {
  site.receiver.release();
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  workers = [];
  await site.service.database.query('DELETE FROM webhook_endpoints');
});

function startWorkers(environment: Readonly<Record<string, string>> = {}): void {
  workers = [1, 2].map(() => startTestWebhookWorker({ ...site.environment, ...environment }));
}

/** As many deliveries as if so many orders had been placed. */
async function pileUp({ tenantId }: WebhookShop, endpointId: string, count: number): Promise<void> {
  await site.service.database.query(
    `WITH event AS (
       INSERT INTO webhook_events (tenant_id, id, type, payload)
       SELECT $1, gen_random_uuid(), 'order.placed', '{"type": "order.placed"}' FROM generate_series(1, $3::integer)
       RETURNING id
     )
     INSERT INTO webhook_deliveries (tenant_id, event_id, endpoint_id, request_id, created_at)
     SELECT $1, event.id, $2, 'pile', now() - interval '1000 seconds' FROM event`,
    [tenantId, endpointId, count],
  );
  // As autovacuum does soon after so many rows. Without it a claim reads all of them, and shops with few get more turns.
  await site.service.database.query('ANALYZE webhook_deliveries');
}

const hits = (path: string) => site.receiver.receivedAt(path);
const gauge = (text: string, name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);

test('50,000 deliveries of one shop do not delay the next one of another', async () => {
  const [loud, quiet] = [await site.openShop(), await site.openShop()];
  const [{ id }] = [await loud.subscribe('/loud'), await quiet.subscribe('/quiet')];
  await pileUp(loud, id, 50_000);
  startWorkers();
  await expect.poll(() => hits('/loud').length, { timeout: 20_000 }).toBeGreaterThan(50);
  for (let order = 1; order <= 5; order += 1) {
    const placedAtMs = performance.now();
    await quiet.shop.place();
    await expect.poll(() => hits('/quiet').length, { timeout: 20_000, interval: 5 }).toBe(order);
    expect(performance.now() - placedAtMs).toBeLessThan(10_000);
  }
  expect(hits('/loud').length).toBeLessThan(50_000);
});

test('a shop whose endpoints all hang keeps its share of the workers, and no more', async () => {
  const [loud, quiet] = [await site.openShop(), await site.openShop()];
  for (const path of ['/hangs-1', '/hangs-2', '/hangs-3', '/hangs-4']) {
    const { id } = await loud.subscribe(path, ['order.placed']);
    site.receiver.behave(path, [], { kind: 'hold' });
    await pileUp(loud, id, 20);
  }
  await quiet.subscribe('/works', ['order.placed']);
  startWorkers({ WEBHOOK_CONCURRENCY: '6', WEBHOOK_TIMEOUT_MS: '60000' });
  await expect.poll(() => site.receiver.waiting(), { timeout: 20_000 }).toBe(8);
  await Promise.all(Array.from({ length: 40 }, () => quiet.shop.place()));
  await quiet.becomes('delivered', 40);
  const held = ['/hangs-1', '/hangs-2', '/hangs-3', '/hangs-4'].map((path) => hits(path).length);
  expect(held.reduce((sum, count) => sum + count)).toBe(8);
  expect(Math.max(...held)).toBeLessThanOrEqual(4);
});

test('shops that all have much to send get about the same', async () => {
  const shops = [await site.openShop(), await site.openShop(), await site.openShop()];
  for (const [index, shop] of shops.entries()) {
    const { id } = await shop.subscribe(`/even-${index}`);
    await pileUp(shop, id, 100 * 10 ** index);
  }
  // Fewer places than the shops could fill.
  startWorkers({ WEBHOOK_CONCURRENCY: '3', WEBHOOK_TIMEOUT_MS: '60000' });
  await expect.poll(() => hits('/even-0').length, { timeout: 20_000, interval: 5 }).toBe(100);
  const lastAtMs = hits('/even-0').at(-1)?.atMs ?? 0;
  for (const path of ['/even-1', '/even-2']) {
    const before = hits(path).filter(({ atMs }) => atMs <= lastAtMs).length;
    expect(before).toBeGreaterThan(80);
    expect(before).toBeLessThan(125);
  }
});

test('metrics know how much waits for a shop, for how long, and what is parked', async () => {
  const piledAtMs = performance.now();
  const [one, two] = [await site.openShop(), await site.openShop()];
  const [first, second] = [await one.subscribe('/one'), await two.subscribe('/two')];
  for (const [shop, { id }] of [
    [one, first],
    [two, second],
  ] as const) {
    site.receiver.behave(id === first.id ? '/one' : '/two', [], { kind: 'hold' });
    await pileUp(shop, id, id === first.id ? 2_400 : 300);
  }
  await two.request('POST', `/v2/webhook-endpoints/${second.id}/suspend`);
  startWorkers({ WEBHOOK_TIMEOUT_MS: '60000' });
  await expect.poll(() => site.receiver.waiting(), { timeout: 20_000 }).toBe(4);
  const text = (await workers[0]?.metrics()) ?? '';
  expect(gauge(text, `webhook_queue_depth\\{tenant="${one.tenantId}"\\}`)).toBe(2_400);
  expect(gauge(text, `webhook_queue_depth\\{tenant="${two.tenantId}"\\}`)).toBe(300);
  const age = gauge(text, `webhook_queue_oldest_seconds\\{tenant="${one.tenantId}"\\}`);
  const waitedSeconds = 1_000 + (performance.now() - piledAtMs) / 1_000;
  expect(Math.abs(age / waitedSeconds - 1), `the age is ${age} s, and is to be ${waitedSeconds} s`).toBeLessThan(0.05);
  expect(gauge(text, `webhook_queue_oldest_seconds\\{tenant="${two.tenantId}"\\}`)).toBe(0);
  expect(gauge(text, 'webhook_deliveries\\{state="waiting"\\}')).toBe(2_700);
  expect(gauge(text, 'webhook_deliveries\\{state="parked"\\}')).toBe(300);
});

test('many shops are not as many time series', async () => {
  for (let count = 1; count <= 15; count += 1) {
    const shop = await site.openShop();
    const { id } = await shop.subscribe('/series');
    site.receiver.behave('/series', [], { kind: 'hold' });
    await pileUp(shop, id, count);
  }
  startWorkers({ WEBHOOK_TIMEOUT_MS: '60000' });
  await expect.poll(() => site.receiver.waiting(), { timeout: 20_000 }).toBeGreaterThan(15);
  const text = (await workers[0]?.metrics()) ?? '';
  expect(text.match(/^webhook_queue_depth\{/gm)).toHaveLength(10);
  expect(text.match(/^webhook_queue_oldest_seconds\{/gm)).toHaveLength(10);
  expect(gauge(text, 'webhook_deliveries\\{state="waiting"\\}')).toBe(120);
});
