import { expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestService } from '../testing/test-service.ts';

test('a shop sees its own profile, as it is now', async () => {
  await using service = await startTestService();
  const tenant = await service.createTenant();
  const token = await service.signIn(tenant);
  const { status, json, headers } = await service.request('/v2/tenant', { token });
  expect(status).toBe(200);
  expect(json).toEqual({ id: tenant.id, slug: tenant.slug, name: 'Test shop', plan: 'pro', stale: false });
  expect(headers.get('cache-control')).toBe('private, no-store');
  await service.database.query("UPDATE tenants SET name = 'New name' WHERE id = $1", [tenant.id]);
  expect((await service.request('/v2/tenant', { token })).json).toMatchObject({ name: 'New name', stale: false });
});

test('during an outage the last profile is given and says that it is old; prices are not', async () => {
  await using service = await startTestService();
  const [known, unknown] = [await service.createTenant(), await service.createTenant()];
  const [token, other] = [await service.signIn(known), await service.signIn(unknown)];
  await service.request('/v2/tenant', { token });
  const { username } = new URL(service.database.appUrl);
  await service.database.query(`ALTER ROLE ${username} CONNECTION LIMIT 0`);
  await service.database.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [username]);
  await expect
    .poll(async () => (await service.request('/v2/tenant', { token })).json)
    .toMatchObject({ id: known.id, name: 'Test shop', stale: true });
  expect((await service.request('/v2/tenant', { token })).headers.get('age')).toMatch(/^\d+$/);
  expect((await service.request('/v2/tenant', { token: other })).status).toBe(503);
  expect((await service.request('/v2/books', { token })).status).toBe(503);
  await service.database.query(`ALTER ROLE ${username} CONNECTION LIMIT -1`);
  await expect
    .poll(async () => (await service.request('/v2/tenant', { token })).json, { timeout: 20_000 })
    .toMatchObject({ stale: false });
});

test('a database that is slow is not waited for, and its statement ends', async () => {
  await using service = await startTestService();
  const token = await service.signIn(await service.createTenant());
  await service.request('/v2/tenant', { token });
  await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE tenants');
    const startedAtMs = performance.now();
    const { status, json } = await service.request('/v2/tenant', { token });
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    expect({ status, stale: json.stale }).toEqual({ status: 200, stale: true });
    expect(await service.database.query('SELECT 1 FROM pg_locks WHERE NOT granted')).toEqual([]);
  });
});
