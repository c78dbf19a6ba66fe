import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { createMetrics } from './metrics.ts';
import { createPool, type Pool } from './postgres.ts';
import { createTenantDatabase, type TenantDatabase } from './tenant-transaction.ts';

let database: TestDatabase;
let pool: Pool;
let tenants: TenantDatabase;
const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
const context = { tenantId: randomUUID(), requestId: 'test', usage: { queries: 0 } };

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool({ url: database.appUrl, max: 1, name: 'test', log });
  tenants = createTenantDatabase({ pool, metrics: createMetrics() });
});
afterAll(async () => {
  await pool?.end();
  await database?.[Symbol.asyncDispose]();
});

const backend = () =>
  tenants.read(context, async (tx) => (await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid);

test('the tenant is set inside the transaction and gone after it', async () => {
  const inside = await tenants.read(context, (tx) => tx.query('SELECT current_tenant_id() AS id'));
  expect(inside).toEqual([{ id: context.tenantId }]);
  expect((await pool.query('SELECT current_tenant_id() AS id')).rows).toEqual([{ id: null }]);
});

test('a tenant id that is no UUID never reaches the database', async () => {
  const run = tenants.read({ ...context, tenantId: "x'; DROP TABLE books; --" }, async () => 1);
  await expect(run).rejects.toThrow('not a UUID');
});

test('a read cannot write', async () => {
  const write = tenants.read(context, (tx) => tx.query('CREATE TABLE t (id integer)'));
  await expect(write).rejects.toThrow('read-only transaction');
});

test('what work throws undoes what it wrote, and its connection serves the next', async () => {
  const before = await backend();
  const run = tenants.write(context, async (tx) => {
    await tx.query('CREATE TABLE undone (id integer)');
    throw new Error('changed my mind');
  });
  await expect(run).rejects.toThrow('changed my mind');
  expect(await database.query("SELECT to_regclass('undone') AS name")).toEqual([{ name: null }]);
  expect(await backend()).toBe(before);
});

test('an error that work ignored is not taken for a commit', async () => {
  const run = tenants.write(context, async (tx) => {
    await tx.query('SELECT 1 / 0').catch(() => {});
  });
  await expect(run).rejects.toThrow('rolled back');
});

test('a connection that broke during a transaction is replaced', async () => {
  const before = await backend();
  const run = tenants.write(context, async (tx) => {
    await database.query('SELECT pg_terminate_backend($1)', [before]);
    await tx.query('SELECT 1');
  });
  await expect(run).rejects.toThrow();
  expect(await backend()).not.toBe(before);
});

test('statements are counted for the request', async () => {
  const usage = { queries: 0 };
  await tenants.read({ ...context, usage }, async (tx) => {
    await tx.query('SELECT 1');
    await tx.query('SELECT 2');
  });
  expect(usage.queries).toBe(2);
});

test('server-side limits are set on every connection', async () => {
  const limits = await tenants.read(context, (tx) =>
    tx.query("SELECT name, setting FROM pg_settings WHERE name IN ('lock_timeout', 'statement_timeout') ORDER BY 1"),
  );
  expect(limits).toEqual([
    { name: 'lock_timeout', setting: '3000' },
    { name: 'statement_timeout', setting: '5000' },
  ]);
});
