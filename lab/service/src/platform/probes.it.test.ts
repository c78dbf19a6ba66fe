import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Flood, FloodCounts } from '../tenants/testing/flood-thread.ts';
import { beginTestApi, spawnTestApi } from '../testing/test-api.ts';
import { withClient } from '../testing/test-database.ts';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startTestService, type TestService } from '../testing/test-service.ts';
import { openTestShop } from '../testing/test-shop.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  await service.database.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
});
afterAll(() => service?.[Symbol.asyncDispose]());

/** As who restarts programs asks: what does not answer within a second has failed. */
async function probe(url: string): Promise<number | 'no answer'> {
  return await fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    ({ status }) => status,
    () => 'no answer' as const,
  );
}

test('while the event loop is blocked every probe fails, although the process is there', async () => {
  const before = `process.on('SIGUSR2', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000))`;
  await using api = await spawnTestApi({ database: service.database, before });
  const probes = [`${api.url}/livez`, `${api.internalUrl}/livez`, `${api.internalUrl}/readyz`];
  const ask = () => Promise.all(probes.map(probe));
  expect(await ask()).toEqual([200, 200, 200]);
  api.child.kill('SIGUSR2');
  await expect.poll(ask, { interval: 10, timeout: 20_000 }).toContain('no answer');
  for (let time = 0; time < 3; time += 1) expect(await ask()).toEqual(['no answer', 'no answer', 'no answer']);
  expect([api.child.exitCode, api.child.signalCode]).toEqual([null, null]);
}, 30_000);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

test('while a start takes its time the program is alive and not ready, and takes no request', async () => {
  // The key that checks tokens takes this long to load; those with which PostgreSQL's client signs in do not.
  const before = `
    const { importKey } = SubtleCrypto.prototype;
    SubtleCrypto.prototype.importKey = async function (...key) {
      const isOfTokens = Buffer.from(key[1]).toString() === process.env.JWT_SECRET;
      if (isOfTokens) await new Promise((resolve) => setTimeout(resolve, 1_500));
      return await importKey.apply(this, key);
    };`;
  const [port, internalPort] = [await freePort(), await freePort()];
  const environment = { PORT: String(port), INTERNAL_PORT: String(internalPort) };
  await using starting = beginTestApi({ database: service.database, environment, before });
  const seen: string[] = [];
  let isStarted = false;
  const started = starting.started.finally(() => {
    isStarted = true;
  });
  while (!isStarted) {
    const inside = await Promise.all(
      ['livez', 'startupz', 'readyz'].map((name) => probe(`http://127.0.0.1:${internalPort}/${name}`)),
    );
    const outside = await probe(`http://127.0.0.1:${port}/v2/books`);
    seen.push([...inside, outside].join(' '));
    await sleep(5);
  }
  await started;
  // Before there is a process that listens, it cannot say that it lives.
  const alive = seen.slice(seen.findIndex((line) => line.startsWith('200')));
  expect(alive.filter((line) => line === '200 503 503 no answer').length).toBeGreaterThan(5);
  expect(alive.filter((line) => !line.startsWith('200'))).toEqual([]);
  expect(alive.filter((line) => line.endsWith('200 no answer'))).toEqual([]);
  await expect.poll(() => probe(`http://127.0.0.1:${internalPort}/readyz`), { timeout: 20_000 }).toBe(200);
  expect(await probe(`http://127.0.0.1:${port}/v2/books`)).toBe(401);
}, 30_000);

/** Sends a thousand requests a second; resolves with the number of answers by status. */
async function flood(url: string, durationMs: number): Promise<FloodCounts> {
  const thread = new Worker(new URL('../tenants/testing/flood-thread.ts', import.meta.url));
  const asked: Flood = { url, token: 'none', perSecond: 1_000, durationMs };
  thread.postMessage(asked);
  const [counts] = await once(thread, 'message');
  await thread.terminate();
  return counts;
}

test('however many probes come, they cost one statement a second', async () => {
  const { database } = service;
  await using api = await spawnTestApi({ database });
  const statements = async () => {
    const [row] = await database.query<{ calls: number }>(`
      SELECT COALESCE(sum(calls), 0)::integer AS calls FROM pg_stat_statements
      WHERE userid = 'shelfwise_app'::regrole
        AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`);
    return row?.calls ?? Number.NaN;
  };
  const before = await statements();
  const startedAtMs = performance.now();
  const counts = await flood(`${api.internalUrl}/readyz`, 4_000);
  expect(Object.keys(counts)).toEqual(['200']);
  expect(counts[200]).toBeGreaterThan(1_000);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const spent = (await statements()) - before;
  expect(spent).toBeGreaterThanOrEqual(3);
  expect(spent).toBeLessThanOrEqual(seconds + 1);
}, 30_000);

test('neither limits nor shedding refuse a probe', async () => {
  const nothing = JSON.stringify([{ limit: 1, windowMs: 3_600_000 }]);
  await using limited = await startTestService({
    REDIS_LIMITS_URL: testRedisUrl(),
    TRUSTED_PROXY_HOPS: '1',
    ADDRESS_LIMITS_JSON: nothing,
    IN_FLIGHT_MAX: '2',
    DATABASE_POOL_MAX: '5',
  });
  const shop = await openTestShop(limited);
  const headers = { 'x-forwarded-for': `198.18.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}` };
  const probes = async () => {
    const asked = ['/livez', '/startupz', '/readyz'].map((path) => limited.request(path, { headers }));
    return (await Promise.all(asked)).map(({ status }) => status);
  };
  await limited.request('/v2/books', { headers });
  expect((await limited.request('/v2/books', { headers })).status).toBe(429);
  await withClient(limited.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE orders');
    const body = { lines: [{ bookId: shop.tenant.bookIds[0], quantity: 1 }] };
    const order = (key: string) =>
      limited.request('/v2/orders', { method: 'POST', token: shop.token, headers: { 'idempotency-key': key }, body });
    const held = [order('a'), order('b')];
    await expect.poll(async () => (await shop.get('/v2/orders')).json.code, { timeout: 20_000 }).toBe('OVERLOADED');
    for (let time = 0; time < 50; time += 1) expect(await probes()).toEqual([200, 200, 200]);
    await holder.query('ROLLBACK');
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([201, 201]);
  });
});
