import { afterEach, beforeEach, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { createTestMigrations, type TestMigrations } from './testing/test-migrations.ts';

/** The runner's lock_timeout, and half a second for the rest. */
const WAIT_MS_MAX = 500 + 500;
const HOLD_MS = 30_000;
const WAITING = `
  SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
let site: TestMigrations;

beforeEach(async () => {
  site = await createTestMigrations();
  await site.file('0001_shelf.sql', 'CREATE TABLE shelf (id integer); INSERT INTO shelf VALUES (1)');
  await site.migrate('up');
});
afterEach(() => site?.[Symbol.asyncDispose]());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Uses the table again and again until told to stop. */
function startTraffic(sql: string) {
  let stopped = false;
  const waits: number[] = [];
  const ended = withClient(site.database.ownerUrl, async (client) => {
    while (!stopped) {
      const startedAtMs = performance.now();
      await client.query(sql);
      waits.push(performance.now() - startedAtMs);
      await pause(5);
    }
  });
  return {
    async stop() {
      stopped = true;
      await ended;
      return { count: waits.length, longestMs: Math.max(...waits) };
    },
  };
}

async function withLock<T>(mode: string, work: (release: () => Promise<unknown>) => Promise<T>): Promise<T> {
  return await withClient(site.database.ownerUrl, async (holder) => {
    await holder.query(`BEGIN; LOCK TABLE shelf IN ${mode} MODE`);
    return await work(() => holder.query('ROLLBACK'));
  });
}

test('behind an idle transaction the migration tries again and again, and nobody waits long because of it', async () => {
  await site.file('0002_column.sql', 'ALTER TABLE shelf ADD COLUMN name text');
  const [readers, writers] = [startTraffic('SELECT count(*) FROM shelf'), startTraffic('UPDATE shelf SET id = id')];
  await withLock('ACCESS SHARE', async (release) => {
    let ended = false;
    const run = site.migrate('up').finally(() => {
      ended = true;
    });
    await pause(HOLD_MS);
    expect(ended).toBe(false);
    await release();
    const releasedAtMs = performance.now();
    expect(await run).toBe(0);
    expect(performance.now() - releasedAtMs).toBeLessThan(10_000);
  });
  for (const { count, longestMs } of [await readers.stop(), await writers.stop()]) {
    expect(count).toBeGreaterThan(10);
    expect(longestMs).toBeLessThan(WAIT_MS_MAX);
  }
  expect(await site.outcomes(2)).toEqual(['succeeded']);
}, 90_000);

test('outside a transaction a lock is given up just as soon', async () => {
  await site.file('0002_check.sql', 'ALTER TABLE shelf ADD CONSTRAINT positive CHECK (id > 0) NOT VALID');
  await site.migrate('up');
  await site.file('0003_valid.sql', '-- transaction: none\nALTER TABLE shelf VALIDATE CONSTRAINT positive');
  await withLock('SHARE UPDATE EXCLUSIVE', async (release) => {
    const run = site.migrate('up');
    const waiting = async () => (await site.database.query(WAITING)).length;
    // It waits, gives up, and waits again.
    for (const count of [1, 0, 1]) await expect.poll(waiting, { timeout: 20_000, interval: 10 }).toBe(count);
    await release();
    expect(await run).toBe(0);
  });
});

test('when patience ends, nothing has changed and the exit code says "try later"', async () => {
  await site.file('0002_column.sql', 'CREATE TABLE other (id integer); ALTER TABLE shelf ADD COLUMN name text');
  await withLock('ACCESS SHARE', async () => {
    const startedAtMs = performance.now();
    expect(await site.migrate('up', '--patience', '2')).toBe(75);
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  });
  expect(await site.outcomes(2)).toEqual(['postponed']);
  expect(await site.database.query("SELECT to_regclass('other') AS there")).toEqual([{ there: null }]);
  expect(await site.migrate('up')).toBe(0);
});

test('two runners at once apply each migration once', async () => {
  await site.file('0002_other.sql', 'SELECT pg_sleep(0.3); CREATE TABLE other (id integer)');
  expect(await Promise.all([site.migrate('up'), site.migrate('up')])).toEqual([0, 0]);
  expect(await site.outcomes(2)).toEqual(['succeeded']);
});

test('a run that was killed in a transaction is marked as dead, and done again', async () => {
  await site.file('0002_other.sql', 'CREATE TABLE other (id integer); SELECT pg_sleep(4)');
  const runner = site.spawn('up');
  const running = async () => (await site.outcomes(2)).length;
  await expect.poll(running, { timeout: 20_000, interval: 20 }).toBe(1);
  runner.child.kill('SIGKILL');
  await site.file('0002_other.sql', 'CREATE TABLE other (id integer)');
  expect(await site.migrate('up')).toBe(0);
  expect(await site.outcomes(2)).toEqual(['died', 'succeeded']);
});
