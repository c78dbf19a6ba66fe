import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Reception } from '../testing/test-receiver.ts';
import { startTestWebhookWorker, type TestWebhookWorker } from '../testing/test-webhook-worker.ts';
import { startWebhookSite, type WebhookShop, type WebhookSite } from '../testing/test-webhooks.ts';

let site: WebhookSite;
let own: WebhookShop;
let workers: TestWebhookWorker[] = [];

beforeAll(async () => {
  site = await startWebhookSite();
});
afterAll(() => site?.[Symbol.asyncDispose]());
beforeEach(async () => {
  own = await site.openShop();
});
afterEach(async () => {
  site.receiver.release();
  await stopWorkers();
  // What one test leaves is not to be sent in the next one.
  await site.service.database.query('DELETE FROM webhook_endpoints');
});

function startWorkers(environment: Readonly<Record<string, string>> = {}, count = 2): void {
  const all = { ...site.environment, WEBHOOK_ATTEMPTS_MAX: '50', BACKOFF_CAP_MS: '50', ...environment };
  workers = Array.from({ length: count }, () => startTestWebhookWorker(all));
}
async function stopWorkers(): Promise<void> {
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  workers = [];
}

const PATIENCE = { timeout: 20_000, interval: 10 };
const broken: Reception = { kind: 'answer', status: 500 };
const placeMany = (count: number) => Promise.all(Array.from({ length: count }, () => own.shop.place()));
const hits = (path: string) => site.receiver.receivedAt(path);
const isSuspended = (id: string) =>
  expect.poll(async () => (await own.endpoint(id)).status, PATIENCE).toBe('suspended');
const resume = (id: string) => own.request('POST', `/v2/webhook-endpoints/${id}/resume`);

test('a dead endpoint is asked once in a period whether it is back, and others of its shop do not notice', async () => {
  const periodMs = 400;
  const environment = { WEBHOOK_BREAKER_PERIOD_MS: String(periodMs), WEBHOOK_SUSPEND_FAILURES: '1000' };
  await own.subscribe('/dead', ['order.placed']);
  await own.subscribe('/alive', ['order.placed']);
  site.receiver.behave('/dead', [], { kind: 'hang' });
  startWorkers({ ...environment, WEBHOOK_TIMEOUT_MS: '200' });
  await placeMany(30);
  await expect.poll(() => hits('/alive').length, PATIENCE).toBe(30);

  // Five failures open it, and what was on its way then with them: four at most. The others are probes.
  const opening = 5 + 4;
  await expect.poll(() => hits('/dead').length, PATIENCE).toBeGreaterThan(opening + 2);
  for (const [index, { atMs }] of hits('/dead').entries()) {
    if (index < opening) continue;
    expect(atMs - (hits('/dead')[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(periodMs);
  }

  site.receiver.behave('/dead', []);
  await own.becomes('delivered', 60);
});

test('the breaker is the database’s: a worker that starts later knows it', async () => {
  const environment = { WEBHOOK_BREAKER_PERIOD_MS: '60000' };
  await own.subscribe('/known', ['order.placed']);
  site.receiver.behave('/known', [], broken);
  startWorkers(environment);
  await placeMany(20);
  await expect.poll(() => hits('/known').length, PATIENCE).toBeGreaterThanOrEqual(5);
  await stopWorkers();
  const before = hits('/known').length;
  startWorkers(environment);
  await own.shop.place();
  const other = await site.openShop();
  await other.subscribe('/witness', ['order.placed']);
  await other.shop.place();
  await other.becomes('delivered');
  expect(hits('/known')).toHaveLength(before);
});

test('ten failures in a row, counted by two workers together, suspend it; what waits is parked, not lost', async () => {
  const { id } = await own.subscribe('/failing', ['order.placed']);
  site.receiver.behave('/failing', [], broken);
  await placeMany(40);
  startWorkers({ WEBHOOK_BREAKER_FAILURES: '1000' });
  await isSuspended(id);
  expect(await own.endpoint(id)).toMatchObject({ statusReason: 'failures' });
  await expect.poll(async () => (await own.deliveries('&status=sending')).length, PATIENCE).toBe(0);
  const sent = hits('/failing').length;
  expect(sent).toBeGreaterThanOrEqual(10);
  // And what was on its way at the tenth: four at most.
  expect(sent).toBeLessThanOrEqual(10 + 4);

  await own.shop.place();
  const other = await site.openShop();
  await other.subscribe('/others', ['order.placed']);
  await other.shop.place();
  await other.becomes('delivered');
  expect(hits('/failing')).toHaveLength(sent);
  expect(await own.deliveries('&status=pending')).toHaveLength(41);
  const text = (await workers[0]?.metrics()) ?? '';
  expect(text).toMatch(/webhook_deliveries\{state="parked"\} 41/);
  expect(text).toMatch(/webhook_endpoints\{state="suspended"\} 1/);

  site.receiver.behave('/failing', []);
  await resume(id);
  await own.becomes('delivered', 41);
});

test('a success begins the count anew', async () => {
  const { id } = await own.subscribe('/nine', ['order.placed']);
  const nineFail = [...Array.from({ length: 9 }, () => broken), { kind: 'answer', status: 200 } as const];
  site.receiver.behave('/nine', [...nineFail, ...nineFail]);
  startWorkers({ WEBHOOK_BREAKER_FAILURES: '1000', WEBHOOK_ENDPOINT_CONCURRENCY: '1' });
  await own.shop.place();
  await own.shop.place();
  await own.becomes('delivered', 2);
  expect(hits('/nine')).toHaveLength(20);
  expect(await own.endpoint(id)).toMatchObject({ status: 'active', consecutiveFailures: 0 });
});

test('refusals suspend it too, before they have cost all that waits', async () => {
  const { id } = await own.subscribe('/refusing', ['order.placed']);
  site.receiver.behave('/refusing', [], { kind: 'answer', status: 404 });
  await placeMany(30);
  startWorkers();
  await isSuspended(id);
  await expect.poll(async () => (await own.deliveries('&status=sending')).length, PATIENCE).toBe(0);
  const dead = (await own.deliveries('&status=dead')).length;
  expect(dead).toBeLessThanOrEqual(10 + 4);
  expect(await own.deliveries('&status=pending')).toHaveLength(30 - dead);
});

test('an administrator who suspends an endpoint is obeyed at once', async () => {
  const { id } = await own.subscribe('/obeyed', ['order.placed']);
  site.receiver.behave('/obeyed', [], { kind: 'hold' });
  await placeMany(20);
  startWorkers({ WEBHOOK_TIMEOUT_MS: '60000' });
  await expect.poll(() => site.receiver.waiting(), PATIENCE).toBe(4);
  await own.request('POST', `/v2/webhook-endpoints/${id}/suspend`);
  site.receiver.release();
  await expect.poll(async () => (await own.deliveries('&status=sending')).length, PATIENCE).toBe(0);
  expect(hits('/obeyed')).toHaveLength(4);
  expect(await own.deliveries('&status=pending')).toHaveLength(16);
});

test('what has waited is sent slowly at first, and then ever faster', async () => {
  const { id } = await own.subscribe('/resumed', ['order.placed']);
  await own.request('POST', `/v2/webhook-endpoints/${id}/suspend`);
  await placeMany(80);
  const rampMs = 2_000;
  startWorkers({ WEBHOOK_RAMP_MS: String(rampMs) });
  const resumedAtMs = performance.now();
  await resume(id);
  await own.becomes('delivered', 80);
  const sentWithin = (ms: number) => hits('/resumed').filter(({ atMs }) => atMs - resumedAtMs < ms).length;
  expect(sentWithin(rampMs / 2)).toBeLessThanOrEqual(3);
  expect(sentWithin(rampMs)).toBeLessThanOrEqual(45);
  expect(sentWithin(rampMs)).toBeGreaterThan(sentWithin(rampMs / 2));
});
