import { randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseHandle } from '@lab/sdk';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabaseHandle } from '../handle/database.ts';
import { testDatabaseAdminUrl } from '../testing/test-environment.ts';
import { commitGateFunctionSql, installCommitGates } from './commit-gate.ts';

const database = `gate_${randomBytes(4).toString('hex')}`;
// Numbers that no stack has: roles belong to the whole cluster.
const logins = { worker: 'worker_7001', api: 'api_7001' };
const password = randomBytes(8).toString('hex');
let admin: Client;
let handle: DatabaseHandle & AsyncDisposable;
let worker: Client;
let api: Client;

function urlOf(name: string, user?: string): string {
  const url = new URL(testDatabaseAdminUrl());
  url.pathname = `/${name}`;
  if (user !== undefined) Object.assign(url, { username: user, password });
  return url.href;
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function asSuperuser(work: (client: Client) => Promise<void>): Promise<void> {
  const client = await connect(urlOf('postgres'));
  await work(client).finally(() => client.end());
}

beforeAll(async () => {
  await asSuperuser(async (client) => {
    await client.query(`CREATE DATABASE ${database}`);
    for (const login of Object.values(logins)) await client.query(`CREATE ROLE ${login} LOGIN PASSWORD '${password}'`);
  });
  admin = await connect(urlOf(database));
  await admin.query(commitGateFunctionSql);
  await admin.query(`CREATE TABLE orders (id uuid, note text); CREATE TABLE events (id uuid, payload jsonb);
    GRANT ALL ON orders, events TO ${logins.worker}, ${logins.api}`);
  await installCommitGates(admin);
});
afterAll(async () => {
  await admin.end();
  await asSuperuser(async (client) => {
    await client.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await client.query(`DROP ROLE ${logins.worker}, ${logins.api}`);
  });
});

beforeEach(async () => {
  const signal = new AbortController().signal;
  handle = await openDatabaseHandle({ url: urlOf(database), run: 'test', experiment: 'gate', signal });
  worker = await connect(urlOf(database, logins.worker));
  api = await connect(urlOf(database, logins.api));
});
afterEach(async () => {
  await handle[Symbol.asyncDispose]();
  await worker.end();
  await api.end();
});

const insertOrder = (client: Client, id: string) => client.query('INSERT INTO orders (id) VALUES ($1)', [id]);
const insertEvent = (client: Client, orderId: string) =>
  client.query('INSERT INTO events VALUES ($1, $2)', [randomUUID(), JSON.stringify({ orderId })]);

test('a commit that mentions what is held waits, is told by its process, and goes on', async () => {
  const id = randomUUID();
  const hold = await handle.gateCommits({ mentions: id });
  const held = insertEvent(worker, id);
  expect(await hold.firstBlocked(2_000)).toBe('worker-7001');
  await insertOrder(api, randomUUID());
  await hold.release();
  await held;
});

test('a hold of one table lets other tables pass', async () => {
  const id = randomUUID();
  const hold = await handle.gateCommits({ mentions: id.toUpperCase(), table: 'public.orders' });
  await insertEvent(worker, id);
  const held = insertOrder(worker, id);
  expect(await hold.firstBlocked(2_000)).toBe('worker-7001');
  await hold.release();
  await held;
});

test('a hold of all workers lets the API pass, and hands over to a narrower one', async () => {
  const id = randomUUID();
  const all = await handle.gateCommits({ of: 'workers' });
  await insertOrder(api, randomUUID());
  const held = insertOrder(worker, id);
  expect(await all.firstBlocked(2_000)).toBe('worker-7001');
  const one = await handle.gateCommits({ mentions: id });
  await all.release();
  expect(await one.firstBlocked(2_000)).toBe('worker-7001');
  await one.release();
  await held;
});

test('a transaction with an old snapshot is held too', async () => {
  const id = randomUUID();
  await worker.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await worker.query('SELECT count(*) FROM orders');
  const hold = await handle.gateCommits({ mentions: id });
  await insertOrder(worker, id);
  const held = worker.query('COMMIT');
  expect(await hold.firstBlocked(2_000)).toBe('worker-7001');
  await hold.release();
  await held;
});

test('nobody comes: the wait ends in time', async () => {
  const hold = await handle.gateCommits({ mentions: randomUUID() });
  expect(await hold.firstBlocked(50)).toBeNull();
});

test('a watch tells who committed what in which transaction, and leaves nothing behind', async () => {
  const id = randomUUID();
  const watch = await handle.watchCommits(id);
  await api.query('BEGIN');
  await insertOrder(api, id);
  await insertEvent(api, id);
  await api.query('COMMIT');
  await worker.query('UPDATE orders SET note = $2 WHERE id = $1', [id, 'paid']);
  await insertOrder(worker, randomUUID());
  const changes = await watch.changes();
  expect(changes.map(({ replica, table, operation }) => [replica, table, operation])).toEqual([
    ['api-7001', 'public.orders', 'INSERT'],
    ['api-7001', 'public.events', 'INSERT'],
    ['worker-7001', 'public.orders', 'UPDATE'],
  ]);
  expect(new Set(changes.map(({ transaction }) => transaction)).size).toBe(2);
  await watch.release();
  const left = 'SELECT (SELECT count(*) FROM lab.committed)::int + (SELECT count(*) FROM lab.watched)::int AS rows';
  expect((await admin.query(left)).rows).toEqual([{ rows: 0 }]);
});

test('a bulk change does not fill the lock table', async () => {
  await worker.query('BEGIN');
  await worker.query('INSERT INTO orders SELECT gen_random_uuid() FROM generate_series(1, 50000)');
  // The deferred triggers fire here, inside the transaction, so that its locks can be counted.
  await worker.query('SET CONSTRAINTS ALL IMMEDIATE');
  const { rows } = await admin.query("SELECT count(*)::int AS locks FROM pg_locks WHERE locktype = 'advisory'");
  expect(rows).toEqual([{ locks: 1 }]);
  await worker.query('ROLLBACK');
});
