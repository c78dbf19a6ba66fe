import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { readMigrations } from './migration-files.ts';
import { createTestMigrations, indexState, sessionsEnded, type TestMigrations } from './testing/test-migrations.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const INDEX = '-- transaction: none\nCREATE INDEX CONCURRENTLY by_isbn ON shelf (isbn)';
const UNIQUE = INDEX.replace('CREATE INDEX', 'CREATE UNIQUE INDEX');
let site: TestMigrations;

beforeEach(async () => {
  site = await createTestMigrations();
  const rows = 'INSERT INTO shelf SELECT n, n FROM generate_series(1, 5000) AS n';
  await site.file('0001_shelf.sql', `CREATE TABLE shelf (id integer, isbn integer); ${rows}`);
  await site.migrate('up');
});
afterEach(() => site?.[Symbol.asyncDispose]());

const state = () => indexState(site.database, 'by_isbn');
const isInvalid = () => expect.poll(state, PATIENCE).toMatchObject({ valid: false });

/** A build cannot go on before the transactions have ended that wrote to the table when it began. */
async function whileWriting<T>(work: (endWrite: () => Promise<unknown>) => Promise<T>): Promise<T> {
  return await withClient(site.database.ownerUrl, async (writer) => {
    await writer.query('BEGIN; INSERT INTO shelf VALUES (0, 0)');
    return await work(() => writer.query('COMMIT'));
  });
}

test('a build that was killed half way leaves an invalid index; the next run drops it and builds it again', async () => {
  await site.file('0002_index.sql', INDEX);
  await whileWriting(async (endWrite) => {
    const runner = site.spawn('up');
    await isInvalid();
    runner.child.kill('SIGKILL');
    await runner.exitCode;
    await sessionsEnded(site.database, 'shelfwise-migrate');
    const left = await state();
    expect(left).toMatchObject({ valid: false });

    const next = site.migrate('up');
    await endWrite();
    expect(await next).toBe(0);
    expect(await state()).toMatchObject({ valid: true });
    expect((await state())?.oid).not.toBe(left?.oid);
  });
  expect(await site.outcomes(2)).toEqual(['died', 'succeeded']);
  expect(await site.migrate('up')).toBe(0);
});

test('an index that a runner finished before it died is kept', async () => {
  await site.file('0002_index.sql', INDEX);
  const [, migration] = await readMigrations(site.folder);
  await site.database.query(
    "INSERT INTO migration_runs (number, name, direction, checksum) VALUES (2, 'index', 'up', $1)",
    [migration?.checksum],
  );
  await site.database.query('CREATE INDEX by_isbn ON shelf (isbn)');
  const built = await state();
  expect(await site.migrate('up')).toBe(0);
  expect(await state()).toEqual(built);
  expect(await site.outcomes(2)).toEqual(['died', 'succeeded']);
});

test('a good index that somebody else has built is neither taken for ours nor touched', async () => {
  await site.database.query('CREATE INDEX by_isbn ON shelf (id)');
  const theirs = await state();
  await site.file('0002_index.sql', INDEX);
  for (const _attempt of [1, 2]) expect(await site.migrate('up')).toBe(1);
  expect(await state()).toEqual(theirs);
});

test('an invalid index that somebody else has left is dropped, and the index built', async () => {
  await site.database.query('INSERT INTO shelf VALUES (1, 1)');
  const build = site.database.query('CREATE UNIQUE INDEX CONCURRENTLY by_isbn ON shelf (isbn)');
  await expect(build).rejects.toThrow(pg.DatabaseError);
  expect(await state()).toMatchObject({ valid: false });
  await site.file('0002_index.sql', INDEX);
  expect(await site.migrate('up')).toBe(0);
  expect(await state()).toMatchObject({ valid: true });
});

test('a unique index that finds doubles fails, and leaves nothing that would cost writes', async () => {
  await site.database.query('INSERT INTO shelf VALUES (1, 1)');
  await site.file('0002_index.sql', UNIQUE);
  expect(await site.migrate('up')).toBe(1);
  expect(await state()).toBeUndefined();
  await site.database.query('DELETE FROM shelf WHERE ctid = (SELECT max(ctid) FROM shelf WHERE isbn = 1)');
  expect(await site.migrate('up')).toBe(0);
  await expect(site.database.query('INSERT INTO shelf VALUES (1, 1)')).rejects.toThrow('duplicate key');
});

test('three runners at once build an index once, without a deadlock', async () => {
  await site.file('0002_index.sql', INDEX);
  const runs = await whileWriting(async (endWrite) => {
    const started = [site.migrate('up'), site.migrate('up'), site.migrate('up')];
    await isInvalid();
    // Longer than the server's deadlock_timeout of a second: a runner that waits inside a statement would be found.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await endWrite();
    return await Promise.all(started);
  });
  expect(runs).toEqual([0, 0, 0]);
  expect(await state()).toMatchObject({ valid: true });
  expect(await site.outcomes(2)).toEqual(['succeeded']);
});

test('a build waits for old transactions without stopping anybody, for longer than a lock is waited for', async () => {
  await site.file('0002_index.sql', INDEX);
  await whileWriting(async (endWrite) => {
    const run = site.migrate('up');
    await isInvalid();
    const first = await state();
    const startedAtMs = performance.now();
    while (performance.now() - startedAtMs < 1_500) {
      // One that the build stopped would wait for the end of the other, which comes after this.
      await site.database.query('INSERT INTO shelf VALUES (-1, -1)');
    }
    expect(await state()).toEqual(first);
    await endWrite();
    expect(await run).toBe(0);
  });
});

test('SIGTERM cancels a build and ends with 75; the next run does it', async () => {
  await site.file('0002_index.sql', INDEX);
  await whileWriting(async (endWrite) => {
    const runner = site.spawn('up');
    await isInvalid();
    runner.child.kill('SIGTERM');
    expect(await runner.exitCode).toBe(75);
    await endWrite();
  });
  expect(await site.migrate('up')).toBe(0);
  expect(await state()).toMatchObject({ valid: true });
  expect(await site.outcomes(2)).toEqual(['postponed', 'succeeded']);
});
