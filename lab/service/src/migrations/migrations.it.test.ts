import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MIGRATIONS_FOLDER } from '../testing/test-database.ts';
import { migrateCommand } from './migrate-command.ts';
import { readMigrations } from './migration-files.ts';
import { createTestMigrations, type TestMigrations } from './testing/test-migrations.ts';

let site: TestMigrations;

beforeEach(async () => {
  site = await createTestMigrations();
});
afterEach(() => site?.[Symbol.asyncDispose]());

const RECORDS = ['migration_runs', 'schema_migrations'];

async function tables(from: TestMigrations = site) {
  const rows = await from.database.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
  );
  return rows.map(({ name }) => name).filter((name) => !RECORDS.includes(name));
}

const lastError = () => String(site.logs.findLast(({ level }) => level === 'error')?.fields.err);

test('the service’s own migrations go up, down and up again', async () => {
  await using own = await createTestMigrations(MIGRATIONS_FOLDER);
  expect(await own.migrate('up')).toBe(0);
  const created = await tables(own);
  expect(created).toContain('books');
  expect(await own.migrate('down', '--to', '0')).toBe(1);
  expect(await tables(own)).toEqual(created);
  expect(await own.migrate('down', '--to', '0', '--destructive')).toBe(0);
  expect(await tables(own)).toEqual([]);
  expect(await own.migrate('up')).toBe(0);
  expect(await tables(own)).toEqual(created);
});

test('every migration of the service has a written rollback', async () => {
  const migrations = await readMigrations(MIGRATIONS_FOLDER);
  expect(migrations.filter(({ down }) => !down)).toEqual([]);
});

test('migrations run once, in order', async () => {
  await site.file('0001_first.sql', 'CREATE TABLE first (id integer)');
  await site.file('0002_second.sql', 'ALTER TABLE first RENAME TO second');
  expect(await site.migrate('up')).toBe(0);
  expect(await site.migrate('up')).toBe(0);
  expect(await tables()).toEqual(['second']);
  expect(await site.outcomes(2)).toEqual(['succeeded']);
});

test('a migration that fails leaves nothing behind but the record of it, and ends with 1', async () => {
  await site.file('0001_broken.sql', 'CREATE TABLE half (id integer); SELECT 1 / 0');
  expect(await site.migrate('up')).toBe(1);
  expect(await tables()).toEqual([]);
  expect(await site.outcomes(1)).toEqual(['failed']);
  await site.file('0001_broken.sql', 'CREATE TABLE whole (id integer)');
  expect(await site.migrate('up')).toBe(0);
  expect(await site.outcomes(1)).toEqual(['failed', 'succeeded']);
});

test('an edited history is refused', async () => {
  await site.file('0001_first.sql', 'CREATE TABLE first (id integer)');
  await site.migrate('up');
  await site.file('0001_first.sql', 'CREATE TABLE first (id bigint)');
  expect(await site.migrate('up')).toBe(1);
  expect(lastError()).toContain('was changed after it was applied');
});

test.each(['0002_Second.sql', '2_second.sql', '0009_lost.down.sql'])('the stray file %s is refused', async (name) => {
  await site.file('0001_first.sql', 'CREATE TABLE first (id integer)');
  await site.file(name, 'SELECT 1');
  expect(await site.migrate('up')).toBe(1);
  expect(lastError()).toContain(`${name} is neither NNNN_name.sql nor the rollback of such a file`);
  expect(await tables()).toEqual([]);
});

test('a statement that holds its locks for too long is undone, and the message says what to do', async () => {
  await site.file('0001_slow.sql', '-- statement-timeout: 1s\nCREATE TABLE slow (id integer); SELECT pg_sleep(30)');
  expect(await site.migrate('up')).toBe(1);
  expect(lastError()).toContain('do the work in batches by a backfill');
  expect(await tables()).toEqual([]);
});

test('data are lost only on request; the way back that keeps them leads up again', async () => {
  await site.file(
    '0001_shelf.sql',
    'CREATE TABLE IF NOT EXISTS shelf (id integer); CREATE VIEW shelves AS TABLE shelf',
  );
  await site.file('0001_shelf.down.sql', '-- destructive: all shelves\nDROP VIEW shelves; DROP TABLE shelf');
  await site.migrate('up');
  await site.database.query('INSERT INTO shelf VALUES (7)');
  expect(await site.migrate('down')).toBe(1);
  expect(lastError()).toContain('loses data: all shelves. Nothing was changed.');

  await site.file('0001_shelf.keep.down.sql', 'DROP VIEW shelves');
  expect(await site.migrate('down')).toBe(0);
  expect(await site.migrate('up')).toBe(0);
  expect(await site.database.query('SELECT * FROM shelves')).toEqual([{ id: 7 }]);
  expect(await site.migrate('down', '--destructive')).toBe(0);
  expect(await tables()).toEqual([]);
});

test('runs are counted for Prometheus, on demand and into a file', async () => {
  const file = new URL('runs.prom', site.folder).pathname;
  expect(await site.migrate('metrics')).toBe(0);
  expect(site.printed.at(-1)).toContain('migrations_pending 0');
  await site.file('0001_first.sql', 'CREATE TABLE first (id integer)');
  await site.file('0002_broken.sql', 'SELECT 1 / 0');
  expect(await site.migrate('up', '--metrics-file', file)).toBe(1);
  const written = await readFile(file, 'utf8');
  for (const line of [
    'migrations_started_total{direction="up"} 2',
    'migrations_ended_total{direction="up",outcome="succeeded"} 1',
    'migrations_ended_total{direction="up",outcome="failed"} 1',
    'migrations_newest 1',
    'migrations_pending 1',
    'invalid_indexes 0',
  ]) {
    expect(written).toContain(`${line}\n`);
  }
  expect(written).toMatch(/migration_duration_seconds\{number="1"\} 0\.\d+/);
});

test('wrong arguments end with 1, a database that is away with 75', async () => {
  expect(await site.migrate('sideways')).toBe(1);
  const { folder } = site;
  const parts = { folder, rolloutFile: new URL('none.json', folder), backfills: [], print() {} };
  const log = { info() {}, warn() {}, error() {} };
  const databaseUrl = () => 'postgres://127.0.0.1:1/none';
  expect(await migrateCommand({ ...parts, argv: ['up'], databaseUrl, log })).toBe(75);
});

async function runProgram(...argv: string[]) {
  const program = new URL('../../bin/migrate.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, ...argv], {
    env: { PATH: process.env.PATH, DATABASE_MIGRATION_URL: site.database.ownerUrl },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [[exitCode], output] = await Promise.all([once(child, 'exit'), text(child.stdout)]);
  return { exitCode, output };
}

test('the program ends with the exit code of the command', async () => {
  expect(await runProgram('up', '--to', '9999')).toMatchObject({ exitCode: 1 });
});

test('the program prints the rollout and what each migration is like', async () => {
  const { exitCode, output } = await runProgram('plan');
  expect(exitCode).toBe(0);
  const { steps, migrations } = JSON.parse(output);
  expect(steps).toContainEqual({ kind: 'backfill', name: 'book-title-keys' });
  const titleKeys = { name: 'book_title_keys', number: 3, rollback: true, transaction: true };
  expect(migrations).toContainEqual({ ...titleKeys, loses: expect.stringContaining('backfill') });
  expect(migrations).toContainEqual(
    expect.objectContaining({ name: 'book_title_keys_validated', transaction: false, loses: null }),
  );
});
