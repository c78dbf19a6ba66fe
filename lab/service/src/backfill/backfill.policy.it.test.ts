import { afterEach, beforeEach, expect, test } from 'vitest';
import { sessionsEnded } from '../migrations/testing/test-migrations.ts';
import { withClient } from '../testing/test-database.ts';
import { BOOKS_PER_TENANT, createTestBackfill, NAME, type TestBackfill } from './testing/test-backfill.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
/** Many batches, so that something can happen in between. */
const SMALL_BATCHES = { BACKFILL_BATCH_ROWS_MAX: '100', BACKFILL_PAUSE_MS: '30' };
let site: TestBackfill;
let allRows: number;

beforeEach(async () => {
  site = await createTestBackfill();
  allRows = site.tenantIds.length * BOOKS_PER_TENANT;
});
afterEach(() => site?.[Symbol.asyncDispose]());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const batchesReach = (count: number) =>
  expect.poll(async () => (await site.progress()).batches, PATIENCE).toBeGreaterThanOrEqual(count);

/** Counts how often each book is written from now on. */
async function countWrites(): Promise<() => Promise<number[]>> {
  await site.database.query(`
    CREATE TABLE writes (id uuid); GRANT INSERT ON writes TO PUBLIC;
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO writes VALUES (NEW.id); RETURN NULL; END $$;
    CREATE TRIGGER note AFTER UPDATE ON books FOR EACH ROW EXECUTE FUNCTION note()`);
  return async () => {
    const sql = 'SELECT count(*)::integer AS count FROM writes GROUP BY id';
    return (await site.database.query<{ count: number }>(sql)).map(({ count }) => count);
  };
}

/** What both versions of the application do meanwhile: books come, get other titles, and go. */
function startWriters(): { stop(): Promise<number> } {
  let stopped = false;
  let writes = 0;
  const [tenantId] = site.tenantIds;
  const random = 'SELECT id FROM books WHERE tenant_id = $1 ORDER BY random() LIMIT 1';
  const statements = [
    `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency)
     VALUES ($1, gen_random_uuid(), gen_random_uuid()::text, 'A New Book', 'Ada Sato', 900, 'EUR')`,
    `UPDATE books SET title = 'An Edited Book ' || random() WHERE tenant_id = $1 AND id = (${random})`,
    `UPDATE books SET stock = stock + 1 WHERE tenant_id = $1 AND id = (${random})`,
    `DELETE FROM books WHERE tenant_id = $1 AND id = (${random})`,
  ];
  const ended = Promise.all(
    statements.map(async (sql) => {
      for (; !stopped; writes += 1) await site.database.query(sql, [tenantId]);
    }),
  );
  return {
    async stop() {
      stopped = true;
      await ended;
      return writes;
    },
  };
}

test('while books come, change and go, every one gets its key, by transactions shorter than a second', async () => {
  const writers = startWriters();
  let longestMs = 0;
  const run = site.backfill(['run', NAME], SMALL_BATCHES);
  let ended = false;
  void run.finally(() => {
    ended = true;
  });
  while (!ended) {
    const [row] = await site.database.query<{ ageMs: number }>(`
      SELECT COALESCE(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 * 1000 AS "ageMs"
      FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'shelfwise-backfill'`);
    longestMs = Math.max(longestMs, row?.ageMs ?? 0);
    await pause(20);
  }
  expect(await run).toBe(0);
  expect(await writers.stop()).toBeGreaterThan(50);
  expect(await site.wrong()).toBe(0);
  expect(longestMs).toBeLessThan(1_000);
  expect(await site.progress()).toMatchObject({ finished: true });
});

test('after a kill, the next run goes on where the last batch ended, and writes no row twice', async () => {
  const writesPerRow = await countWrites();
  const killed = site.spawn(SMALL_BATCHES);
  await batchesReach(5);
  killed.child.kill('SIGKILL');
  await killed.exitCode;
  await sessionsEnded(site.database, 'shelfwise-backfill');
  const before = await site.progress();
  expect(before.seen).toBeLessThan(allRows);
  expect(await site.wrong()).toBe(allRows - before.changed);

  expect(await site.backfill(['run', NAME])).toBe(0);
  expect(await site.wrong()).toBe(0);
  expect(await site.progress()).toMatchObject({ seen: allRows, changed: allRows, finished: true });
  const writes = await writesPerRow();
  expect(writes).toHaveLength(allRows);
  expect(Math.max(...writes)).toBe(1);
});

test('SIGTERM ends a run after the batch in hand, with 75', async () => {
  const run = site.spawn(SMALL_BATCHES);
  await batchesReach(2);
  run.child.kill('SIGTERM');
  expect(await run.exitCode).toBe(75);
  expect(await site.wrong()).toBe(allRows - (await site.progress()).changed);
});

test('a second runner says that the first is at work, and ends with 75', async () => {
  const first = site.spawn({ ...SMALL_BATCHES, BACKFILL_PAUSE_MS: '1000' });
  await batchesReach(1);
  const { batches } = await site.progress();
  expect(await site.backfill(['run', NAME])).toBe(75);
  expect((await site.progress()).batches - batches).toBeLessThan(10);
  first.child.kill('SIGTERM');
  expect(await first.exitCode).toBe(75);
});

test('a backfill that has ended has nothing to do; asked to begin again, it finds every row right', async () => {
  await site.backfill(['run', NAME]);
  const ended = await site.progress();
  expect(await site.backfill(['run', NAME])).toBe(0);
  expect(await site.progress()).toEqual(ended);
  expect(await site.backfill(['run', NAME, '--again'])).toBe(0);
  expect(await site.progress()).toMatchObject({ seen: allRows, changed: 0, finished: true });
});

test('rows for which there is no value do not keep it from ending', async () => {
  const { database, backfills, tenantIds } = site;
  await withClient(database.ownerUrl, (owner) =>
    owner.query('CREATE TABLE notes (tenant_id uuid, id uuid, text text, shout text, PRIMARY KEY (tenant_id, id))'),
  );
  await database.query(
    `INSERT INTO notes SELECT $1::uuid, gen_random_uuid(), CASE WHEN n % 2 = 0 THEN 'hey' END FROM generate_series(1, 2000) AS n`,
    [tenantIds[1]],
  );
  const [set, wrong] = ['shout = upper(text)', 'shout IS DISTINCT FROM upper(text)'];
  backfills.push({ name: 'shouts', table: 'notes', set, wrong });
  expect(await site.backfill(['run', 'shouts'])).toBe(0);
  expect(await site.progress()).toMatchObject({ seen: 2_000, changed: 1_000, finished: true });
  expect(await database.query('SELECT FROM notes WHERE shout IS NULL')).toHaveLength(1_000);
});

test('a row that somebody holds stops the backfill and nobody else, and is not forgotten', async () => {
  const [tenantId] = site.tenantIds;
  const [held] = await site.database.query<{ id: string }>(
    'SELECT id FROM books WHERE tenant_id = $1 ORDER BY id OFFSET 700 LIMIT 1',
    [tenantId],
  );
  await withClient(site.database.appUrl, async (holder) => {
    await holder.query(`BEGIN; SET LOCAL app.tenant_id = '${tenantId}'`);
    await holder.query('SELECT FROM books WHERE id = $1 FOR SHARE', [held?.id]);
    const run = site.backfill(['run', NAME]);
    // A wait for a row is one for the transaction that has it.
    const waiting = () => site.database.query("SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'");
    await expect.poll(async () => (await waiting()).length, PATIENCE).toBeGreaterThan(0);
    const startedAtMs = performance.now();
    for (let write = 0; write < 40; write += 1) {
      const askedAtMs = performance.now();
      await site.database.query('UPDATE books SET stock = stock + 1 WHERE tenant_id = $1 AND id <> $2', [
        tenantId,
        held?.id,
      ]);
      expect(performance.now() - askedAtMs).toBeLessThan(1_000);
    }
    expect(performance.now() - startedAtMs).toBeLessThan(20_000);
    expect((await site.progress()).finished).toBe(false);
    await holder.query('ROLLBACK');
    expect(await run).toBe(0);
  });
  expect(await site.wrong()).toBe(0);
});
