import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestProvider, type TestProvider } from './testing/test-provider.ts';
import { startTestService, type TestService } from './testing/test-service.ts';
import { openTestShop, type TestShop } from './testing/test-shop.ts';
import { spawnTestWorker, startTestWorker, type TestWorker } from './testing/test-worker.ts';

let service: TestService;
let provider: TestProvider;
let worker: TestWorker;
let shop: TestShop;

beforeAll(async () => {
  service = await startTestService();
  provider = await startTestProvider();
  worker = await startTestWorker({ database: service.database, provider });
  shop = await openTestShop(service);
});
afterAll(async () => {
  await worker?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

test('an order is charged and paid, and shows its payment', async () => {
  const order = await shop.becomes(await shop.place(), 'paid');
  const [charge] = provider.chargesOf(order.id);
  expect(order).toMatchObject({
    totalCents: 1001,
    payment: { chargeId: charge?.id, amountCents: 1001, chargedAt: expect.stringMatching(/^\d{4}-.*Z$/) },
  });
});

test('the id of the request goes on to the provider and to the worker’s log', async () => {
  const id = await shop.place('request-of-a-clerk');
  await shop.becomes(id, 'paid');
  expect(provider.attemptsOf(id)).toMatchObject([{ requestId: 'request-of-a-clerk' }]);
  await expect
    .poll(() => worker.logs.find(({ fields }) => fields.requestId === 'request-of-a-clerk'))
    .toMatchObject({ level: 'info', fields: { tenant: shop.tenant.id, orderId: id, outcome: 'charged', attempt: 1 } });
});

test('the worker is ready, and its metrics tell of jobs, lag and dead letters, and of no tenant', async () => {
  await shop.becomes(await shop.place(), 'paid');
  for (const probe of ['/livez', '/startupz', '/readyz']) {
    expect((await fetch(worker.internalUrl + probe)).status).toBe(200);
  }
  const metrics = async () => await (await fetch(`${worker.internalUrl}/metrics`)).text();
  await expect.poll(metrics).toMatch(/jobs_total\{outcome="charged"\} [1-9]/);
  const text = await metrics();
  expect(text).toMatch(/job_attempts_bucket\{le="1"\} [1-9]/);
  expect(text).toMatch(/job_duration_seconds_count\{outcome="charged"\} [1-9]/);
  expect(text).toMatch(/outbox_lag_seconds [0-9.]/);
  expect(text).toMatch(/dead_letters_open \d/);
  expect(text).not.toContain(shop.tenant.id);
});

test('the program ends with 0 on SIGTERM', async () => {
  await using started = await spawnTestWorker({ database: service.database, provider });
  expect((await fetch(`${started.internalUrl}/readyz`)).status).toBe(200);
  started.child.kill('SIGTERM');
  expect(await started.exited).toBe(0);
});

test('without its configuration the program ends with 1 and names what is missing', async () => {
  const program = new URL('../bin/worker.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program], { env: { PATH: process.env.PATH, PAYMENT_URL: 'ftp://x' } });
  const [output, [code]] = await Promise.all([child.stderr.setEncoding('utf8').toArray(), once(child, 'exit')]);
  expect(code).toBe(1);
  expect(output.join('')).toContain('REDIS_QUEUE_URL: expected string, found nothing');
  expect(output.join('')).toContain(
    'PAYMENT_URL: expected a URL that starts with http:// or https://, found "ftp://x"',
  );
});
