import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BOOKS_PER_TENANT, createTestBackfill, NAME, type TestBackfill } from './testing/test-backfill.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };
const SETTINGS = { BACKFILL_BATCH_ROWS_MAX: '50', BACKFILL_PAUSE_MS: '20', BACKFILL_TRANSACTIONS_MAX: '6' };
const RUN = ['run', NAME];
let site: TestBackfill;

beforeEach(async () => {
  site = await createTestBackfill({ tenants: 6 });
});
afterEach(() => site?.[Symbol.asyncDispose]());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function rowsPerSecond(ms: number): Promise<number> {
  const before = await site.progress();
  await pause(ms);
  return ((await site.progress()).seen - before.seen) / (ms / 1_000);
}

/** Sessions with a transaction each; resolves with the way to end them. */
async function startTransactions(count: number): Promise<() => Promise<void>> {
  const clients = Array.from({ length: count }, () => new pg.Client({ connectionString: site.database.ownerUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  await Promise.all(clients.map((client) => client.query('BEGIN; SELECT 1')));
  return async () => {
    await Promise.all(clients.map((client) => client.end()));
  };
}

test('under load it stops within five seconds, and goes on when the load is over', async () => {
  const run = site.backfill(RUN, SETTINGS);
  await expect.poll(async () => (await site.progress()).batches, PATIENCE).toBeGreaterThan(3);
  const before = await rowsPerSecond(500);
  const end = await startTransactions(12);
  await pause(1_000);
  const during = await rowsPerSecond(2_000);
  await end();
  expect(before).toBeGreaterThan(0);
  expect(during).toBeLessThanOrEqual(0.2 * before);
  await expect.poll(() => rowsPerSecond(500), PATIENCE).toBeGreaterThanOrEqual(0.5 * before);
  expect(await run).toBe(0);
  expect(await site.wrong()).toBe(0);
  const holds = site.logs.filter(({ message }) => message === 'backfill holds');
  expect(holds.map(({ fields }) => fields.reason)).toContain('transactions');
});

test('an operator pauses a run and lets it go on, and the metrics say what it does', async () => {
  const file = join(tmpdir(), `backfill-${process.pid}.prom`);
  expect(await site.backfill(['pause', NAME])).toBe(0);
  const run = site.backfill([...RUN, '--metrics-file', file], SETTINGS);
  await pause(1_000);
  expect(await site.progress()).toMatchObject({ seen: 0 });
  expect(await site.backfill(['resume', NAME])).toBe(0);
  expect(await run).toBe(0);
  const text = await readFile(file, 'utf8').finally(() => rm(file, { force: true }));
  const rows = 6 * BOOKS_PER_TENANT;
  expect(text).toContain(`backfill_rows{backfill="${NAME}",kind="wrong"} ${rows}\n`);
  expect(text).toContain(`backfill_state{backfill="${NAME}",state="finished"} 1\n`);
  expect(text).toMatch(/backfill_held_seconds_total\{backfill="book-title-keys",reason="paused"\} [\d.]+/);
  expect(text).toMatch(/backfill_batch_duration_seconds_count\{backfill="book-title-keys"\} \d+/);
});

test('what other sessions do is seen without any privilege', async () => {
  const end = await startTransactions(12);
  const run = site.backfill(RUN, SETTINGS);
  await expect.poll(() => site.logs.length, PATIENCE).toBeGreaterThan(1);
  await end();
  expect(await run).toBe(0);
  const hold = site.logs.find(({ message }) => message === 'backfill holds');
  expect(hold?.fields).toMatchObject({ reason: 'transactions', lagMs: 0 });
  expect(hold?.fields.transactions).toBeGreaterThanOrEqual(12);
});
