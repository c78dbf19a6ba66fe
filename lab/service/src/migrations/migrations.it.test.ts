import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, MIGRATIONS_FOLDER, type TestDatabase, withClient } from '../testing/test-database.ts';
import { migrateCommand } from './migrate-command.ts';
import { readMigrations } from './migration-files.ts';
import { runMigrations, TryLaterError } from './run-migrations.ts';

const log = { info() {}, warn() {}, error() {} };
let database: TestDatabase;
let directory: string;
let folder: URL;

beforeEach(async () => {
  database = await createTestDatabase({ migrated: false });
  directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  folder = pathToFileURL(`${directory}/`);
});
afterEach(async () => {
  await database?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

const file = (name: string, sql: string) => writeFile(new URL(name, folder), sql);

function migrate(...positionals: string[]) {
  return migrateCommand({ arguments: { positionals, to: undefined }, databaseUrl: database.ownerUrl, folder, log });
}

async function tables() {
  const rows = await database.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
  );
  return rows.map(({ name }) => name).filter((name) => name !== 'schema_migrations');
}

test('the service’s own migrations go up, down and up again', async () => {
  const run = (direction: 'up' | 'down') =>
    migrateCommand({
      arguments: { positionals: [direction], to: direction === 'down' ? '0' : undefined },
      databaseUrl: database.ownerUrl,
      folder: MIGRATIONS_FOLDER,
      log,
    });
  expect(await run('up')).toBe(0);
  const created = await tables();
  expect(created).toContain('books');
  expect(await run('down')).toBe(0);
  expect(await tables()).toEqual([]);
  expect(await run('up')).toBe(0);
  expect(await tables()).toEqual(created);
});

test('every migration of the service has a written rollback', async () => {
  const migrations = await readMigrations(MIGRATIONS_FOLDER);
  expect(migrations.filter(({ downFile }) => !downFile)).toEqual([]);
});

test('migrations run once, in order', async () => {
  await file('0001_first.sql', 'CREATE TABLE first (id integer)');
  await file('0002_second.sql', 'ALTER TABLE first RENAME TO second');
  expect(await migrate('up')).toBe(0);
  expect(await migrate('up')).toBe(0);
  expect(await tables()).toEqual(['second']);
});

test('a migration that fails leaves nothing behind and ends with 1', async () => {
  await file('0001_broken.sql', 'CREATE TABLE half (id integer); SELECT 1 / 0');
  expect(await migrate('up')).toBe(1);
  expect(await tables()).toEqual([]);
});

test('an edited history is refused', async () => {
  await file('0001_first.sql', 'CREATE TABLE first (id integer)');
  await migrate('up');
  await file('0001_first.sql', 'CREATE TABLE first (id bigint)');
  expect(await migrate('up')).toBe(1);
});

test('an index can be built concurrently', async () => {
  await file('0001_first.sql', 'CREATE TABLE first (id integer)');
  await file('0002_index.sql', '-- no-transaction\nCREATE INDEX CONCURRENTLY first_id ON first (id)');
  expect(await migrate('up')).toBe(0);
});

test('two runners at once apply each migration once', async () => {
  await file('0001_first.sql', 'SELECT pg_sleep(0.2); CREATE TABLE first (id integer)');
  await expect(Promise.all([migrate('up'), migrate('up')])).resolves.toEqual([0, 0]);
});

test('a lock that traffic holds is waited for, then given up with "try later" and no change', async () => {
  await file('0001_first.sql', 'CREATE TABLE first (id integer)');
  await migrate('up');
  await file('0002_column.sql', 'ALTER TABLE first ADD COLUMN name text');
  const migrations = await readMigrations(folder);
  await withClient(database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE first IN ACCESS SHARE MODE');
    await withClient(database.ownerUrl, async (client) => {
      const run = runMigrations({ client, migrations, request: { direction: 'up' }, log, patienceMs: 0 });
      await expect(run).rejects.toThrow(TryLaterError);
    });
  });
  expect(await migrate('up')).toBe(0);
});

test('wrong arguments end with 1, a database that is away with 75', async () => {
  expect(await migrate('sideways')).toBe(1);
  expect(await migrate('up', 'up')).toBe(1);
  const away = { arguments: { positionals: ['up'], to: undefined }, databaseUrl: 'postgres://127.0.0.1:1/none' };
  expect(await migrateCommand({ ...away, folder, log })).toBe(75);
});

test('the program ends with the exit code of the command', async () => {
  const program = new URL('../../bin/migrate.ts', import.meta.url).pathname;
  const env = { PATH: process.env.PATH, DATABASE_MIGRATION_URL: database.ownerUrl };
  const child = spawn(process.execPath, [program, 'up', '--to', '99'], { env, stdio: 'ignore' });
  const [exitCode] = await once(child, 'exit');
  expect(exitCode).toBe(1);
});
