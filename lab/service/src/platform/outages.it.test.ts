import { expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
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
