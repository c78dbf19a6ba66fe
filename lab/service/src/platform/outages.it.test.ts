import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type ApiProcess, spawnTestApi, TEST_JWT_SECRET } from '../testing/test-api.ts';
import { withClient } from '../testing/test-database.ts';
import { startTestGate } from '../testing/test-gate.ts';
import { startTestService } from '../testing/test-service.ts';

/** Nothing listens on port 1. */
const NO_CACHE = { REDIS_CACHE_URL: 'redis://127.0.0.1:1' };

test('without the cache the service starts, is ready, and books are read from the database', async () => {
  await using service = await startTestService(NO_CACHE);
  const tenant = await service.createTenant();
  const token = await service.signIn(tenant);
  expect((await service.request('/readyz')).status).toBe(200);
  for (const id of tenant.bookIds) {
    expect(await service.request(`/v2/books/${id}`, { token })).toMatchObject({ status: 200, json: { id } });
  }
});

test('without the database the service is alive but not ready, and says so to its callers', async () => {
  await using service = await startTestService();
  const tenant = await service.createTenant();
  const token = await service.signIn(tenant);
  const { username } = new URL(service.database.appUrl);
  await service.database.query(`ALTER ROLE ${username} CONNECTION LIMIT 0`);
  await service.database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [username]);
  await expect.poll(async () => (await service.request('/readyz')).status, { timeout: 20_000 }).toBe(503);
  expect((await service.request('/livez')).status).toBe(200);
  const answer = await service.request('/v2/books', { token });
  expect(answer).toMatchObject({ status: 503, json: { code: 'DATABASE_UNAVAILABLE' } });
  expect(answer.headers.get('retry-after')).toBe('1');
  await service.database.query(`ALTER ROLE ${username} CONNECTION LIMIT -1`);
  await expect.poll(async () => (await service.request('/readyz')).status, { timeout: 20_000 }).toBe(200);
  expect((await service.request('/v2/books', { token })).status).toBe(200);
});

test('three replicas are without their database for ten seconds: alive, not ready, and back by themselves', async () => {
  await using parts = new AsyncDisposableStack();
  const service = parts.use(await startTestService({ JWT_SECRET: TEST_JWT_SECRET }));
  const gate = parts.use(await startTestGate(service.database.appUrl));
  const replicas: ApiProcess[] = [];
  for (let count = 0; count < 3; count += 1) {
    replicas.push(parts.use(await spawnTestApi({ database: { appUrl: gate.url } })));
  }
  const tenant = await service.createTenant();
  const token = await service.signIn(tenant);
  const statuses = (path: string) =>
    Promise.all(
      replicas.map(async ({ url }) => {
        const headers = { authorization: `Bearer ${token}` };
        return (await fetch(url + path, { headers, signal: AbortSignal.timeout(20_000) })).status;
      }),
    );
  const every = (status: number) => replicas.map(() => status);
  await expect.poll(() => statuses('/readyz'), { timeout: 20_000 }).toEqual(every(200));

  await gate.close();
  await expect.poll(() => statuses('/readyz'), { timeout: 20_000 }).toEqual(every(503));
  const untilMs = performance.now() + 10_000;
  const seen = { alive: new Set<number>(), ready: new Set<number>(), books: new Set<number>() };
  while (performance.now() < untilMs) {
    for (const status of await statuses('/livez')) seen.alive.add(status);
    for (const status of await statuses('/readyz')) seen.ready.add(status);
    for (const status of await statuses('/v2/books')) seen.books.add(status);
    await sleep(200);
  }
  expect(seen).toEqual({ alive: new Set([200]), ready: new Set([503]), books: new Set([503]) });

  await gate.open();
  await expect.poll(() => statuses('/readyz'), { timeout: 20_000 }).toEqual(every(200));
  expect(await statuses('/v2/books')).toEqual(every(200));
  expect(
    replicas.map(({ child }) => child.exitCode),
    'none of them was started anew',
  ).toEqual([null, null, null]);
});

test('a book that somebody else holds is refused in time and unchanged', async () => {
  await using service = await startTestService();
  const tenant = await service.createTenant();
  const token = await service.signIn(tenant);
  const path = `/v2/books/${tenant.bookIds[0]}`;
  await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${tenant.id}'; SELECT 1 FROM books FOR UPDATE`);
    const answer = await service.request(path, { method: 'PATCH', token, body: { stock: 99 } });
    expect(answer).toMatchObject({ status: 503, json: { code: 'RESOURCE_BUSY' } });
  });
  expect((await service.request(path, { token })).json).toMatchObject({ stock: 1, version: 1 });
});
