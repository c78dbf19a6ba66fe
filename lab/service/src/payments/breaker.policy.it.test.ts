import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { startTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop, type TestShop } from '../testing/test-shop.ts';
import { startTestWorker, type TestWorker } from '../testing/test-worker.ts';

let service: TestService;
let provider: TestProvider;
let front: Server;
let worker: TestWorker;
let shop: TestShop;
let down: boolean;
let calls: number;
const ANSWER_MS = 300;
const OPEN_MS = 500;
/** The default. */
const WINDOW_MS = 3_000;

beforeEach(async () => {
  service = await startTestService();
  provider = await startTestProvider();
  front = await startFront();
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  worker = await startTestWorker({
    database: service.database,
    provider: { url },
    environment: { PAYMENT_BREAKER_VOLUME: '5', PAYMENT_BREAKER_OPEN_MS: `${OPEN_MS}`, JOB_ATTEMPTS_MAX: '100' },
  });
  shop = await openTestShop(service);
  return async () => {
    await worker[Symbol.asyncDispose]();
    front.closeAllConnections();
    await once(front.close(), 'close');
    await provider[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  };
});

/**
 * The provider's door: while it is down, all calls are counted and answered 503, those that look something up too. Not
 * at once, so that whoever asks more than it may asks while others wait.
 */
async function startFront(): Promise<Server> {
  [down, calls] = [false, 0];
  const server = createServer(async ({ method = 'GET', url = '', headers }, response) => {
    calls += 1;
    if (down) {
      await sleep(ANSWER_MS);
      return void response.writeHead(503).end('{}');
    }
    const { 'idempotency-key': key, 'x-request-id': requestId } = headers;
    const answer = await fetch(new URL(url, provider.url), {
      method,
      headers: {
        'content-type': 'application/json',
        ...(key ? { 'idempotency-key': String(key) } : {}),
        'x-request-id': String(requestId),
      },
      ...(method === 'POST' ? { body: await text(response.req) } : {}),
      signal: AbortSignal.timeout(5_000),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const changes = () => worker.logs.filter(({ message }) => message === 'breaker changed').map(({ fields }) => fields.to);
/** Ten at a time: more than there are connections would wait for one, and on a busy machine too long. */
async function place(count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  while (ids.length < count) ids.push(...(await Promise.all(Array.from({ length: 10 }, () => shop.place()))));
  return ids;
}

test('while the provider is down it is left in peace, and afterwards every order is charged once', async () => {
  down = true;
  const ids = await place(60);
  await expect.poll(changes, { timeout: 20_000 }).toContain('open');
  // Those that were on their way when it opened have arrived.
  await sleep(ANSWER_MS);
  const before = calls;
  const sinceMs = performance.now();
  await sleep(4_000);
  const periods = Math.ceil((performance.now() - sinceMs) / (OPEN_MS + ANSWER_MS));
  // Two for each time that it is asked again.
  expect(calls - before).toBeLessThanOrEqual(2 * (periods + 1));
  expect(changes()).not.toContain('closed');
  down = false;
  const healedAtMs = performance.now();
  await expect.poll(() => changes().at(-1), { timeout: 20_000 }).toBe('closed');
  expect(performance.now() - healedAtMs, 'ms until it has closed').toBeLessThan(2 * WINDOW_MS);
  for (const id of ids) await shop.becomes(id, 'paid');
  expect(changes().at(-1)).toBe('closed');
  for (const id of ids) expect(provider.chargesOf(id)).toHaveLength(1);
});

test('orders that are declined do not open it', async () => {
  provider.behave([], { kind: 'refuse', status: 402, code: 'CARD_DECLINED' });
  const ids = await place(20);
  for (const id of ids) await shop.becomes(id, 'payment-failed');
  expect(changes()).toEqual([]);
});
