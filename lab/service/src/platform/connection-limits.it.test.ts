import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createMetrics } from './metrics.ts';
import { createPool, type Pool } from './postgres.ts';
import { createTenantDatabase, type TenantDatabase } from './tenant-transaction.ts';

// The limits that the server keeps, whatever the program does. They are waited for here.

let database: TestDatabase;
let pool: Pool;
let tenants: TenantDatabase;
const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
const context = { tenantId: randomUUID(), requestId: 'test', usage: { queries: 0 } };

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.appUrl, max: 2, name: 'limited', log });
  tenants = createTenantDatabase({ pool, metrics: createMetrics() });
});
afterAll(async () => {
  await pool?.end();
  await database?.[Symbol.asyncDispose]();
});

/** Age of the oldest transaction of the pool in seconds; 0 where there is none. */
async function oldest(): Promise<number> {
  const [row] = await database.query<{ age: number }>(`
    SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float AS age
    FROM pg_stat_activity WHERE application_name = 'limited'`);
  return row?.age ?? Number.NaN;
}

async function backend(): Promise<number | undefined> {
  const rows = await tenants.read(context, (tx) => tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'));
  return rows[0]?.pid;
}

test('the server ends a statement after five seconds, and its connection serves the next', async () => {
  const before = await backend();
  const startedAtMs = performance.now();
  const slow = tenants.read(context, (tx) => tx.query('SELECT pg_sleep(30)'));
  await expect(slow).rejects.toMatchObject({ code: '57014' });
  const tookMs = performance.now() - startedAtMs;
  expect(tookMs).toBeGreaterThan(4_900);
  expect(tookMs).toBeLessThan(15_000);
  expect(await oldest()).toBe(0);
  expect(await backend()).toBe(before);
});

test('the server ends a transaction that is idle for ten seconds: its locks are free, and nothing of it is kept', async () => {
  await database.query("INSERT INTO tenants (id, slug, name, plan) VALUES ($1, 'shop', 'Shop', 'pro')", [
    context.tenantId,
  ]);
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const forgotten = tenants.write(context, async (tx) => {
    await tx.query(`INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency)
      VALUES (current_tenant_id(), gen_random_uuid(), '1', 'Title', 'Author', 1, 'EUR')`);
    await told;
    await tx.query('SELECT 1');
  });
  const ended = expect(forgotten).rejects.toThrow();
  await expect.poll(oldest).toBeGreaterThan(0);
  await sleep(8_500);
  expect(await oldest()).toBeGreaterThan(8);
  await expect.poll(oldest, { timeout: 20_000, interval: 50 }).toBe(0);
  expect(await database.query("SELECT 1 FROM pg_locks WHERE relation = 'books'::regclass")).toEqual([]);
  tell();
  await ended;
  expect(await database.query('SELECT 1 FROM books')).toEqual([]);
  expect(await tenants.read(context, (tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
}, 30_000);
