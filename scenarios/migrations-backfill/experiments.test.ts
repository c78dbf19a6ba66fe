import type { Experiment, ExperimentOutcome, LockWait, SeenTransaction } from '@lab/sdk';
import { expect, test } from 'vitest';
import { type Fake, fakeHandle } from '../shared/testing/fake-handle.ts';
import { type FakeRun, fakeSite } from '../shared/testing/fake-site.ts';
import { atNoon, heldMs } from './experiments/at-noon.ts';
import { killedHalfWay } from './experiments/killed-half-way.ts';
import { unlessLockedOut } from './experiments/locked-out.ts';
import { onACopy } from './experiments/on-a-copy.ts';
import { openRollout } from './experiments/rollout.ts';
import { noticedWithinMs, resumeWithinMs, rushHour } from './experiments/rush-hour.ts';

const book = (number: number) => ({ id: `book-${number}`, slug: 'shop-07', title: 'Salt & Smoke', price_cents: 1_250 });
const rows = Array.from({ length: 40 }, (_, index) => book(index));
// Prices that no book has had yet: the fake's random numbers are these, in turn.
const integers = Array.from({ length: 20_000 }, (_, index) => (index < 12 ? 0 : 2_000 + index));
const backfill = 'backfill run book-isbn10';

interface World {
  readonly runs: readonly FakeRun[];
  /** Rows a second, by what has been done so far. */
  readonly pace?: (calls: readonly string[]) => number;
  readonly left?: number;
  /** Rows that have their value from the first moment on. */
  readonly first?: number;
  readonly waits?: (nowMs: number) => readonly LockWait[];
  readonly transactions?: (nowMs: number) => readonly SeenTransaction[];
}

interface Done extends ExperimentOutcome {
  readonly calls: readonly string[];
  readonly sent: Fake['sent'];
}

/** A handle on a database without a server: what shows there grows with the time of the fake clock. */
function worldOf({ runs, pace = () => 0, left = 0, first = 0, ...change }: World) {
  let fake: Fake | null = null;
  let [filled, atMs] = [first, 0];
  const nowMs = (): number => fake?.h.clock.nowMs() ?? 0;
  const grow = (): number => {
    filled += (pace(calls) * (nowMs() - atMs)) / 1_000;
    atMs = nowMs();
    return filled;
  };
  const ask = (sql: string): readonly Record<string, unknown>[] => {
    if (sql.includes('pg_attribute')) return [{}];
    if (sql.includes('AS due FROM books'))
      return sql.includes('AS filled') ? [] : [{ due: 34_000, rows: 100, missing: left }];
    if (sql.includes('AS filled FROM books')) return [{ filled: Math.round(grow()) }];
    if (sql.includes('AS missing')) return [{ rows: 100, missing: left, wrong: 0, example: '' }];
    return sql.includes('AS filled FROM lab') ? [{ filled: 7 }] : [];
  };
  const { site, calls } = fakeSite({ runs, ask, nowMs, ...change });
  fake = fakeHandle({ site, rows, integers });
  return { fake, site, calls };
}

async function run(experiment: Experiment, world: World): Promise<Done> {
  const { fake, calls } = worldOf(world);
  const outcome = await experiment.run(fake.h);
  return { ...outcome, calls, sent: fake.sent };
}

const rowsOf = ({ tables }: ExperimentOutcome, table: string) =>
  (tables ?? []).filter((dump) => dump.table === table).flatMap((dump) => dump.rows);
const done: FakeRun = { exitCode: 0 };

test('whoever says “not now” is begun again a second later, and asked for its rows when it says that it is done', async () => {
  const { fake, site, calls } = worldOf({ runs: [{ exitCode: 75 }, done], left: 3 });
  const rollout = openRollout(fake.h, site, 'here');
  expect(await rollout.fill(60_000)).toBe(true);
  expect(calls).toEqual([backfill, backfill]);
  expect(rollout.rows).toMatchObject([
    { exitCode: 75, missing: null },
    { exitCode: 0, missing: 3 },
  ]);
  expect(fake.sleptMs).toContain(1_000);
});

test('who fails is begun three times, and who never ends is killed', async () => {
  const failing = worldOf({ runs: [{ exitCode: 1, applies: false }] });
  expect(await openRollout(failing.fake.h, failing.site, 'here').fill(60_000)).toBe(false);
  expect(failing.calls).toEqual([backfill, backfill, backfill]);
  const hanging = worldOf({ runs: ['hangs'] });
  const rollout = openRollout(hanging.fake.h, hanging.site, 'here');
  expect(await rollout.fill(5_000)).toBe(false);
  expect(hanging.calls).toEqual([backfill, 'kill']);
  expect(rollout.rows).toMatchObject([{ endMs: null, exitCode: null, missing: null }]);
});

test('on a copy the rollout runs twice, where it said that it is done', async () => {
  const outcome = await run(onACopy, { runs: [done] });
  expect(outcome.calls).toEqual(['run up', backfill, 'run up', backfill]);
  expect(outcome).toMatchObject({ reached: true, facts: { ranAgain: true, writtenAgain: 0, rows: 50_000 } });
  const failed = await run(onACopy, { runs: [done, { exitCode: 1, applies: false }] });
  expect(failed.facts).toMatchObject({ ranAgain: false, rowsRead: null });
});

test('half-way rows are taken, then it is killed, then they are free, then it is run again', async () => {
  const waits = (nowMs: number): readonly LockWait[] => [
    {
      ...{ who: 'migration', pid: 1, table: null, mode: 'ShareLock', startMs: nowMs, endMs: nowMs },
      ...{ behindMigration: false, behindReport: false },
    },
  ];
  const outcome = await run(killedHalfWay, { runs: [done, 'hangs', done], pace: () => 2_000, waits });
  expect(outcome.calls).toEqual(['run up', backfill, 'rows locked', 'kill', 'rows free', backfill]);
  expect(outcome).toMatchObject({ reached: true, facts: { point: 'waiting', filledAtKill: 7 } });
});

test('a kill before half of the work proves nothing; who has ended by then is not killed', async () => {
  expect(await run(killedHalfWay, { runs: [done, 'hangs'] })).toMatchObject({ reached: false });
  const early = await run(killedHalfWay, { runs: [done, done] });
  expect(early.calls).toEqual(['run up', backfill, 'rows locked', 'rows free']);
  expect(early).toMatchObject({ reached: true, facts: { point: 'ended' } });
});

const isRush = (calls: readonly string[]): boolean =>
  calls.findLast((call) => call.startsWith('rush')) === 'rush begins';

test('the first rush is there before the backfill begins, the second comes when it is at work', async () => {
  const outcome = await run(rushHour, { runs: [done, 'hangs'], pace: (calls) => (isRush(calls) ? 0 : 3_000) });
  expect(outcome.calls).toEqual([
    ...['run up', 'rush begins', backfill, 'rush ends'],
    ...['rush begins', 'rush ends', 'kill'],
  ]);
  const { firstPerSecond, restPerSecond, secondPerSecond, resumed } = outcome.facts ?? {};
  expect([firstPerSecond, secondPerSecond, resumed]).toEqual([0, 0, true]);
  expect(Number(restPerSecond)).toBeCloseTo(3_000, -2);
});

test('who takes no notice of a rush shows by its pace in both', async () => {
  const { facts } = await run(rushHour, { runs: [done, 'hangs'], pace: () => 1_000 });
  expect(facts).toMatchObject({ firstPerSecond: 1_000, restPerSecond: 1_000, secondPerSecond: 1_000 });
});

test('who never goes on after the first rush is not met by a second', async () => {
  const { facts, calls } = await run(rushHour, { runs: [done, 'hangs'] });
  expect(facts).toMatchObject({ restPerSecond: null, resumed: false, noticedWithinMs, resumeWithinMs });
  expect(calls.filter((call) => call === 'rush begins')).toHaveLength(1);
});

test('where every row has its value after the migration there is nothing to give way with', async () => {
  const outcome = await run(rushHour, { runs: [done], first: 34_000 });
  expect(outcome.calls).toEqual(['run up']);
  expect(outcome).toMatchObject({ reached: true, facts: { nothingToDo: true } });
});

/** The fake clock waits for nobody: when the first book is free again says nothing here. */
const begun = ({ calls }: Done): readonly string[] => calls.filter((call) => call !== 'rows free');

test('at noon somebody has a book before it begins, and rows are taken when it is under way, for longer than a transaction may be, and people work', async () => {
  const transactions = (nowMs: number): readonly SeenTransaction[] => [
    { pid: 1, startMs: 0, endMs: nowMs, writes: true },
  ];
  const outcome = await run(atNoon, { runs: [done, 'hangs'], transactions, pace: () => 500 });
  expect(begun(outcome)).toEqual(['run up', 'rows locked', backfill, 'rows locked', 'rows changed', 'kill']);
  expect(outcome).toMatchObject({ reached: true, facts: { point: 'held', isUnderWay: true } });
  expect(Number(rowsOf(outcome, 'transactions')[0]?.['endMs'])).toBeGreaterThan(heldMs);
  expect(outcome.sent.filter(({ view }) => view === 'order').length).toBeGreaterThan(20);
  expect(outcome.sent.filter(({ method }) => method === 'PATCH').length).toBeGreaterThan(20);
});

test('where it has ended before anybody could take more rows, nobody does', async () => {
  const outcome = await run(atNoon, { runs: [done, done] });
  expect(begun(outcome)).toEqual(['run up', 'rows locked', backfill]);
  expect(outcome.facts).toMatchObject({ point: 'ended' });
});

test('a table that somebody has for himself is no fault of the lab’s; anything else is', async () => {
  const lockedOut = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
  const fail = (error: Error) => () => Promise.reject(error);
  expect(await unlessLockedOut(fail(lockedOut), 'locked out')).toBe('locked out');
  expect(await unlessLockedOut(fail(new Error('no rows', { cause: lockedOut })), 'locked out')).toBe('locked out');
  expect(await unlessLockedOut(async () => 'rows', 'locked out')).toBe('rows');
  await expect(unlessLockedOut(fail(new Error('syntax error')), 'locked out')).rejects.toThrow('syntax error');
});
