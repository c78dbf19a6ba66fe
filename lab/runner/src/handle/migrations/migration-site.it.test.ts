import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockedWork, MigrationSite } from '@lab/sdk';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createClock } from '../../clock.ts';
import type { MigrationGround } from '../../testbed/migration-ground.ts';
import { testDatabaseAdminUrl } from '../../testing/test-environment.ts';
import { openMigrationSite } from './migration-site.ts';

const ROWS = 50_000;
const suffix = randomBytes(4).toString('hex');
const role = `migrator_${suffix}`;
const password = randomBytes(12).toString('hex');
let admin: Client;
let database: string;
let site: MigrationSite & AsyncDisposable;
let made = 0;

const urlOf = (name: string, user?: string): string => {
  const url = new URL(testDatabaseAdminUrl());
  url.pathname = `/${name}`;
  if (user !== undefined) [url.username, url.password] = [user, password];
  return url.toString();
};

async function withSession<T>(user: string | undefined, work: (session: Client) => Promise<T>): Promise<T> {
  const session = new Client({ connectionString: urlOf(database, user) });
  session.on('error', () => undefined);
  await session.connect();
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

beforeAll(async () => {
  admin = new Client({ connectionString: testDatabaseAdminUrl() });
  await admin.connect();
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
});
afterAll(async () => {
  await admin?.query(`DROP ROLE IF EXISTS ${role}`);
  await admin?.end();
});

beforeEach(async () => {
  made += 1;
  database = `migrations_${suffix}_${made}`;
  await admin.query(`CREATE DATABASE ${database} OWNER ${role}`);
  await withSession(undefined, async (session) => {
    await session.query('CREATE SCHEMA lab; REVOKE ALL ON SCHEMA lab FROM PUBLIC');
    await session.query(`ALTER SCHEMA public OWNER TO ${role}`);
  });
  await withSession(role, async (session) => {
    await session.query(`CREATE TABLE books AS SELECT n, 'title ' || n AS title FROM generate_series(1, ${ROWS}) AS n`);
    await session.query('ANALYZE books');
  });
  const signal = new AbortController().signal;
  const ground = { role, adminUrl: () => urlOf(database), ownerUrl: () => urlOf(database, role) };
  site = openMigrationSite({
    ground: ground as unknown as MigrationGround,
    database,
    name: 'lab:test',
    clock: createClock(signal),
    signal,
  });
});
afterEach(async () => {
  await site?.[Symbol.asyncDispose]();
  await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
});

/** What is noted of these messages, each sent by the migration's login on one session. */
async function noted(...messages: readonly string[]): Promise<readonly LockedWork[]> {
  const watch = await site.watchStatements();
  await withSession(role, async (session) => {
    for (const sql of messages) await session.query(sql);
  });
  return (await watch.lockedWork()).filter(({ table }) => table === 'public.books');
}

const add = "ALTER TABLE books ADD COLUMN binding text NOT NULL DEFAULT 'paperback'";
const check = "ALTER TABLE books ADD CONSTRAINT known CHECK (binding IN ('paperback', 'ebook'))";
const validate = 'ALTER TABLE books VALIDATE CONSTRAINT known';

test('a column with a constant default reads no row under its lock', async () => {
  expect(await noted(add)).toMatchObject([{ mode: 'AccessExclusiveLock', rowsRead: 0, commands: ['ALTER TABLE'] }]);
});

test.each([
  ['a constraint in the statement of the column', [`${add} CHECK (binding IN ('paperback', 'ebook'))`]],
  ['a constraint of its own, validated at once', [add, check]],
  ['NOT VALID and VALIDATE in one transaction', ['BEGIN', add, `${check} NOT VALID`, validate, 'COMMIT']],
  ['the same in one message', [`${add}; ${check} NOT VALID; ${validate}`]],
  ['SET NOT NULL', ['ALTER TABLE books ALTER COLUMN title SET NOT NULL']],
  [
    'a domain with a rule',
    ["CREATE DOMAIN kind AS text DEFAULT 'a' CHECK (VALUE <> '')", 'ALTER TABLE books ADD COLUMN kind kind'],
  ],
  ['an update of all rows after it', ['BEGIN', add, "UPDATE books SET title = title || '.'", 'COMMIT']],
])('%s reads every row under the strong lock', async (_what, messages) => {
  const work = await noted(...messages);
  expect(Math.max(...work.map(({ rowsRead }) => rowsRead))).toBe(ROWS);
});

test('an index that is built with the writers locked out reads rows, with helpers or without', async () => {
  const [work] = await noted('CREATE INDEX by_title ON books (title)');
  expect(work?.mode).toBe('ShareLock');
  expect(work?.rowsRead).toBeGreaterThan(1_000);
});

test('divided into two transactions nothing is read under the strong lock', async () => {
  const work = await noted(add, `${check} NOT VALID`, validate);
  expect(work.map(({ rowsRead }) => rowsRead)).toEqual([0, 0]);
});

test('an index is built concurrently as if nobody took notes', async () => {
  expect(await noted('CREATE INDEX CONCURRENTLY by_title ON books (title)')).toEqual([]);
  expect(await site.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_title'::regclass")).toEqual([
    { indisvalid: true },
  ]);
});

test('what was rolled back leaves no note, nor does what others do', async () => {
  expect(await noted('BEGIN', check.replace('binding', 'title'), 'ROLLBACK').catch(() => [])).toEqual([]);
  await site.query('CREATE TABLE other (n integer)');
  expect(await site.query('SELECT FROM lab.statement_notes')).toEqual([]);
});

test('who stands behind the migration, and behind whom it stands, is seen with the time of the wait', async () => {
  await using watch = await site.watchLocks();
  const report = await site.holdReport(['books']);
  await withSession(role, async (migration) => {
    await migration.query("SET lock_timeout = '900ms'");
    const refused = migration.query(add).catch((error: { code?: string }) => error.code);
    await sleep(150);
    const read = withSession(undefined, (reader) => reader.query('SELECT count(*) FROM books'));
    expect(await refused).toBe('55P03');
    await read;
    await sleep(100);
  });
  const [first, second] = watch.waits();
  expect(first).toMatchObject({ who: 'migration', table: 'public.books', behindReport: true, behindMigration: false });
  expect(second).toMatchObject({ mode: 'AccessShareLock', behindReport: false, behindMigration: true });
  const length = (first?.endMs ?? 0) - (first?.startMs ?? 0);
  expect(length).toBeGreaterThan(700);
  expect(length).toBeLessThan(1_200);
  expect(watch.migrationSeen()).not.toBeNull();
  expect(await report.isAlive()).toBe(true);
  await report.release();
  await expect.poll(report.isAlive, { timeout: 2_000 }).toBe(false);
});

test('the login that migrates can end a report, and that is seen', async () => {
  const report = await site.holdReport(['books']);
  await withSession(role, (session) =>
    session.query(
      'SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()',
    ),
  );
  expect(await report.isAlive()).toBe(false);
  await report.release();
});

test('the session of a report is no session of the migration', async () => {
  await using watch = await site.watchLocks();
  await using _report = await site.holdReport(['books']);
  await sleep(150);
  expect(watch.migrationSeen()).toBeNull();
});

test('the migration is held between two of its transactions, before it asks for a lock on the table', async () => {
  const watch = await site.watchStatements();
  await using hold = await watch.holdLater('public.books');
  await withSession(role, async (session) => {
    await session.query(add);
    await session.query("SET lock_timeout = '300ms'");
    await expect(session.query(`${check} NOT VALID`)).rejects.toMatchObject({ code: '55P03' });
    // Nothing of its own is in the way meanwhile.
    const report = await site.holdReport(['books']);
    await report.release();
    await hold.release();
    await session.query(`${check} NOT VALID`);
  });
  expect((await watch.lockedWork()).map(({ rowsRead }) => rowsRead)).toEqual([0, 0]);
});

test('who waits for a row that the lab holds keeps its transaction open, and that is seen', async () => {
  await using watch = await site.watchLocks();
  await using held = await site.lockRows('SELECT FROM books WHERE n <= 10 FOR UPDATE');
  expect(held.rows).toBe(10);
  await withSession(role, async (session) => {
    await session.query("SET lock_timeout = '700ms'");
    const update = "UPDATE books SET title = 'other' WHERE n IN (5, 15)";
    await expect(session.query(update)).rejects.toMatchObject({ code: '55P03' });
    await held.change("UPDATE books SET title = 'held' WHERE n = 5");
    await held.commit();
    expect(await site.query("SELECT n FROM books WHERE title = 'held'")).toEqual([{ n: 5 }]);
    await session.query(update);
  });
  const longest = Math.max(...watch.transactions().map(({ startMs, endMs }) => endMs - startMs));
  expect(longest).toBeGreaterThan(500);
  expect(longest).toBeLessThan(1_200);
});

test('a rush is so many transactions and waits for as long as it lasts, and nothing afterwards', async () => {
  const busy = () =>
    site.query(
      `SELECT count(DISTINCT a.pid) FILTER (WHERE l.locktype = 'virtualxid')::integer AS transactions,
         count(*) FILTER (WHERE NOT l.granted)::integer AS waiting
       FROM pg_stat_activity AS a JOIN pg_locks AS l USING (pid)
       WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()`,
    );
  const rush = await site.rush({ transactions: 6, waiting: 2 });
  const looks = [];
  for (let look = 0; look < 20; look += 1) {
    looks.push(...(await busy()));
    await sleep(25);
  }
  const enough = looks.filter(({ transactions, waiting }) => Number(transactions) >= 6 && waiting === 2);
  expect(enough.length).toBeGreaterThan(15);
  await rush.release();
  expect(await busy()).toEqual([{ transactions: 0, waiting: 0 }]);
});
