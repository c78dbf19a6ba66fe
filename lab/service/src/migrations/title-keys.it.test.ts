import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backfillCommand } from '../backfill/backfill-command.ts';
import { parseBackfillConfig } from '../backfill/backfill-variables.ts';
import { BACKFILLS } from '../backfill/backfills.ts';
import { MIGRATIONS_FOLDER } from '../testing/test-database.ts';
import { createTestMigrations, type TestMigrations } from './testing/test-migrations.ts';

const TENANT = randomUUID();
const BOOK_BEFORE = randomUUID();
let site: TestMigrations;

beforeEach(async () => {
  site = await createTestMigrations(MIGRATIONS_FOLDER);
  await site.migrate('up', '--to', '2');
  const { query } = site.database;
  await query("INSERT INTO tenants (id, slug, name, plan) VALUES ($1, 'shop', 'Shop', 'pro')", [TENANT]);
  await insertBook(BOOK_BEFORE, 'The Quiet Harbour');
});
afterEach(() => site?.[Symbol.asyncDispose]());

/** As the version does that knows nothing of keys. */
async function insertBook(id: string, title: string): Promise<void> {
  await site.database.query(
    `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency)
     VALUES ($1, $2, gen_random_uuid()::text, $3, 'Ada Sato', 900, 'EUR')`,
    [TENANT, id, title],
  );
}

async function keys(): Promise<Record<string, string | null>> {
  const rows = await site.database.query<{ title: string; key: string | null }>(
    'SELECT title, title_key AS key FROM books',
  );
  return Object.fromEntries(rows.map(({ title, key }) => [title, key]));
}

async function fill(...options: string[]): Promise<number> {
  const [backfill] = BACKFILLS;
  const { databaseUrl, settings } = parseBackfillConfig({ DATABASE_MIGRATION_URL: site.database.ownerUrl });
  const log = { info() {}, warn() {}, error() {} };
  return await backfillCommand({
    argv: ['run', backfill?.name ?? '', ...options],
    databaseUrl,
    settings,
    backfills: BACKFILLS,
    log,
    print() {},
    signal: new AbortController().signal,
  });
}

async function keyColumn() {
  const [row] = await site.database.query(`
    SELECT attnotnull AS required, (SELECT bool_and(convalidated) FROM pg_constraint WHERE conrelid = attrelid) AS valid
    FROM pg_attribute WHERE attrelid = 'books'::regclass AND attname = 'title_key'`);
  return row;
}

test('between expand and contract, both versions write; at the end every book has its key', async () => {
  await site.migrate('up', '--to', '3');
  await insertBook(randomUUID(), 'A Winter Letter');
  expect(await keys()).toEqual({ 'The Quiet Harbour': null, 'A Winter Letter': 'winter letter' });
  await site.database.query("UPDATE books SET title = 'Another River' WHERE id = $1", [BOOK_BEFORE]);
  await insertBook(randomUUID(), 'Anthem');
  expect(await keys()).toEqual({
    'Another River': 'another river',
    'A Winter Letter': 'winter letter',
    Anthem: 'anthem',
  });

  expect(await fill()).toBe(0);
  expect(await site.migrate('up')).toBe(0);
  expect(await keyColumn()).toEqual({ required: true, valid: true });
  await insertBook(randomUUID(), '  The  Island');
  expect(await keys()).toMatchObject({ '  The  Island': 'island' });
  expect(await site.migrate('up')).toBe(0);
});

test('after all migrations no index is invalid and no constraint of any table unvalidated', async () => {
  await site.migrate('up', '--to', '3');
  await fill();
  expect(await site.migrate('up')).toBe(0);
  const { query } = site.database;
  const indexes = 'SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT (indisvalid AND indisready)';
  expect(await query(indexes)).toEqual([]);
  const constraints = 'SELECT conrelid::regclass::text AS table, conname FROM pg_constraint WHERE NOT convalidated';
  expect(await query(constraints)).toEqual([]);
});

test('contracting before the backfill fails, stops no write, and says what comes first', async () => {
  expect(await site.migrate('up')).toBe(1);
  const error = site.logs.findLast(({ level }) => level === 'error');
  expect(String(error?.fields.err)).toContain('bin/backfill.ts run book-title-keys');
  await insertBook(randomUUID(), 'Anthem');
  await site.database.query('UPDATE books SET stock = stock + 1');
  expect(await fill()).toBe(0);
  expect(await site.migrate('up')).toBe(0);
  expect(await keyColumn()).toEqual({ required: true, valid: true });
});

test('the way back that keeps data loses no key, and none is out of date after the way up again', async () => {
  await site.migrate('up', '--to', '3');
  await fill();
  expect(await site.migrate('down')).toBe(0);
  expect(await keys()).toEqual({ 'The Quiet Harbour': 'quiet harbour' });
  await site.database.query("UPDATE books SET title = 'The Last Orchard'");
  await insertBook(randomUUID(), 'Anthem');
  expect(await site.migrate('up', '--to', '3')).toBe(0);
  expect(await fill()).toBe(0);
  expect(await site.migrate('up')).toBe(0);
  expect(await keys()).toEqual({ 'The Last Orchard': 'last orchard', Anthem: 'anthem' });
});
