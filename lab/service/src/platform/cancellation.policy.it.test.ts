import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestLink } from '../limits/testing/test-link.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../testing/test-database.ts';
import { createMetrics } from './metrics.ts';
import { createPool, type Pool } from './postgres.ts';
import { createTenantDatabase, type TenantDatabase } from './tenant-transaction.ts';

let database: TestDatabase;
let pool: Pool;
let tenants: TenantDatabase;
let tenantId: string;
const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
const GONE = new Error('nobody waits');

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.[Symbol.asyncDispose]());

beforeEach(async () => {
  // One connection: whatever is left on it meets the next transaction.
  pool = createPool({ url: database.appUrl, max: 1, name: 'cancelled', log });
  tenants = createTenantDatabase({ pool, metrics: createMetrics() });
  tenantId = randomUUID();
  await database.query("INSERT INTO tenants (id, slug, name, plan) VALUES ($1, $2, 'Shop', 'pro')", [
    tenantId,
    `shop-${tenantId.slice(0, 8)}`,
  ]);
  return () => pool.end();
});

const contextWith = (signal?: AbortSignal) => ({ tenantId, requestId: 'test', usage: { queries: 0 }, signal });
const read = (statement: string, signal?: AbortSignal) =>
  tenants.read(contextWith(signal), (tx) => tx.query<{ pid: number }>(statement));
const backend = async () => (await read('SELECT pg_backend_pid() AS pid'))[0]?.pid;
const statementsLike = (text: string) =>
  database.query(
    "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()",
    [`%${text}%`],
  );

test('a statement that nobody waits for ends on the server, and its connection serves the next', async () => {
  const before = await backend();
  const leaving = new AbortController();
  const reading = read('SELECT pg_sleep(30)', leaving.signal);
  await expect.poll(() => statementsLike('pg_sleep(30)')).toHaveLength(1);
  const startedAtMs = performance.now();
  leaving.abort(GONE);
  await expect(reading).rejects.toBe(GONE);
  expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  expect(await statementsLike('pg_sleep(30)')).toHaveLength(0);
  expect(await backend()).toBe(before);
});

test('a change that waits for a lock is given up, undone, and holds nothing', async () => {
  const insert = `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency)
    VALUES (current_tenant_id(), gen_random_uuid(), '1', 'Title', 'Author', 1, 'EUR')`;
  const leaving = new AbortController();
  await withClient(database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE orders');
    const writing = tenants.write(contextWith(leaving.signal), async (tx) => {
      await tx.query(insert);
      await tx.query('SELECT 1 FROM orders');
    });
    await expect.poll(() => statementsLike('FROM orders')).toHaveLength(1);
    leaving.abort(GONE);
    await expect(writing).rejects.toBe(GONE);
    expect(await database.query('SELECT 1 FROM pg_locks WHERE NOT granted')).toEqual([]);
  });
  expect(await database.query('SELECT 1 FROM books WHERE tenant_id = $1', [tenantId])).toEqual([]);
});

test('after an abort nothing more is begun and nothing is committed', async () => {
  const leaving = new AbortController();
  const writing = tenants.write(contextWith(leaving.signal), async (tx) => {
    await tx.query('SELECT 1');
    leaving.abort(GONE);
    return 'done';
  });
  await expect(writing).rejects.toBe(GONE);
  await expect(read('SELECT 1', leaving.signal)).rejects.toBe(GONE);
  expect(pool.idleCount).toBe(1);
});

test('a commit that has begun is not cancelled: what became of it is known', async () => {
  await database.query(`
    CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep(1); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER lingering AFTER INSERT ON books
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger()`);
  const leaving = new AbortController();
  const writing = tenants.write(contextWith(leaving.signal), async (tx) => {
    await tx.query(`INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency)
      VALUES (current_tenant_id(), gen_random_uuid(), '2', 'Title', 'Author', 1, 'EUR')`);
    return 'committed';
  });
  await expect.poll(() => statementsLike('COMMIT'), { interval: 20 }).toHaveLength(1);
  leaving.abort(GONE);
  expect(await writing).toBe('committed');
  await database.query('DROP TRIGGER lingering ON books; DROP FUNCTION linger()');
  expect(await database.query('SELECT 1 FROM books WHERE tenant_id = $1', [tenantId])).toHaveLength(1);
});

test('who waits for a connection and goes away leaves the line', async () => {
  const leaving = new AbortController();
  const holding = read('SELECT pg_sleep(1)');
  const waiting = read('SELECT 1', leaving.signal);
  const behind = read('SELECT 1');
  await expect.poll(() => pool.waitingCount).toBe(2);
  const first = Promise.race([holding.then(() => 'held'), waiting.catch((reason: unknown) => reason)]);
  leaving.abort(GONE);
  expect(await first).toBe(GONE);
  await Promise.all([holding, behind]);
  expect(pool.waitingCount).toBe(0);
  expect(pool.idleCount).toBe(1);
});

test('300 aborts at any moment never meet the next transaction on the same connection', async () => {
  const pids = new Set<number | undefined>();
  for (let round = 0; round < 300; round += 1) {
    const leaving = new AbortController();
    const given = read('SELECT pg_sleep(0.003)', leaving.signal).catch((error: unknown) => error);
    await sleep(Math.random() * 6);
    leaving.abort(GONE);
    await given;
    pids.add(await backend());
  }
  expect(pids.size).toBeLessThanOrEqual(3);
  const idle = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'cancelled' AND state LIKE 'idle in%'";
  expect(await database.query(idle)).toEqual([]);
});

test('when server and network are silent, who waits is free within a second, and the connection is replaced', async () => {
  await using link = await startTestLink(database.appUrl);
  const distant = createPool({ url: link.url, max: 1, name: 'distant', log });
  const there = createTenantDatabase({ pool: distant, metrics: createMetrics() });
  await there.read(contextWith(), (tx) => tx.query('SELECT 1'));
  const leaving = new AbortController();
  const reading = there.read(contextWith(leaving.signal), async (tx) => {
    link.silence();
    await tx.query('SELECT 1');
  });
  await sleep(50);
  const startedAtMs = performance.now();
  leaving.abort(GONE);
  await expect(reading).rejects.toBe(GONE);
  expect(performance.now() - startedAtMs).toBeLessThan(3_000);
  link.heal();
  expect(await there.read(contextWith(), (tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  await distant.end();
});
