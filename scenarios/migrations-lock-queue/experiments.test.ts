import type { Experiment, ExperimentOutcome, LockWait } from '@lab/sdk';
import { expect, test } from 'vitest';
import { lastWordsOf } from '../shared/migration-rows.ts';
import { type Fake, fakeHandle } from '../shared/testing/fake-handle.ts';
import { type FakeRun, fakeSite } from '../shared/testing/fake-site.ts';
import { behindAReport } from './experiments/behind-a-report.ts';
import { heldMsMax } from './experiments/held.ts';
import { killedBetweenSteps } from './experiments/killed-between-steps.ts';
import { onCopies } from './experiments/on-copies.ts';
import { reportInBetween } from './experiments/report-in-between.ts';

const book = (number: number) => ({ id: `book-${number}`, slug: 'shop-07', title: 'Salt & Smoke', price_cents: 1_250 });
const rows = [1, 2, 3, 4, 5, 6].map(book);
// Prices that no book has had yet: the fake's random numbers are these, in turn.
const integers = [0, 0, ...Array.from({ length: 5_000 }, (_, index) => 2_000 + index)];

/** As a database answers on which the migration is applied, or is not. */
function answerTo(sql: string, isApplied: boolean): string {
  if (sql === 'SELECT count(*) FROM books') return '3';
  if (!isApplied) return sql.includes('binding') ? 'failed: column "binding" does not exist' : 'nothing';
  if (sql.includes('count(*)')) return '0';
  if (/'scroll'|NULL/.test(sql)) return 'refused';
  return /'(paperback|hardback|ebook)'/.exec(sql)?.[1] ?? 'paperback';
}

function ask(sql: string, params: readonly unknown[], isApplied: boolean): readonly Record<string, unknown>[] {
  if (sql.includes('try_statement($1)')) return [{ answer: answerTo(String(params[0]), isApplied) }];
  return sql.includes('AS books') ? [{ books: 3 }] : [];
}

interface Done extends ExperimentOutcome {
  readonly calls: readonly string[];
  readonly sent: Fake['sent'];
}

/** Runs an experiment on a database without a server; its time is that of the fake clock. */
async function run(
  experiment: Experiment | undefined,
  runs: readonly FakeRun[],
  change: { readonly waits?: (nowMs: number) => readonly LockWait[]; readonly reportAlive?: boolean } = {},
): Promise<Done> {
  let fake: Fake | null = null;
  const { site, calls } = fakeSite({ runs, ask, nowMs: () => fake?.h.clock.nowMs() ?? 0, ...change });
  fake = fakeHandle({ site, rows, integers });
  const outcome = await experiment?.run(fake.h);
  return { reached: false, ...outcome, calls, sent: fake.sent };
}

const rowsOf = ({ tables }: ExperimentOutcome, table: string) =>
  (tables ?? []).filter((dump) => dump.table === table).flatMap((dump) => dump.rows);
const wrongAnswers = (outcome: ExperimentOutcome) =>
  rowsOf(outcome, 'schema-answers').filter(({ answer, expected }) => answer !== expected);

const queue = (startMs: number, endMs: number): readonly LockWait[] => {
  const one = { pid: 1, table: 'public.books', startMs, endMs };
  return [
    { ...one, who: 'migration', mode: 'AccessExclusiveLock', behindMigration: false, behindReport: true },
    { ...one, who: 'api-1', mode: 'RowExclusiveLock', behindMigration: true, behindReport: false },
  ];
};

test('the report is open before the migration begins, and stays so while it is at it; people work', async () => {
  const outcome = await run(behindAReport, ['waits']);
  expect(outcome.calls).toEqual(['report open', 'run up', 'report closed']);
  const { heldFromMs, heldToMs, doneMs, reportAlive, seen } = outcome.facts ?? {};
  expect(Number(heldToMs) - Number(heldFromMs)).toBeGreaterThanOrEqual(heldMsMax);
  expect(Number(doneMs)).toBeGreaterThanOrEqual(Number(heldToMs));
  expect([outcome.reached, reportAlive, seen]).toEqual([true, true, true]);
  expect(outcome.sent.filter(({ kind }) => kind === 'write').length).toBeGreaterThan(20);
  expect(wrongAnswers(outcome)).toEqual([]);
});

test('a queue that has stood for six seconds is judged already: the report is closed', async () => {
  const outcome = await run(behindAReport, ['waits'], { waits: (nowMs) => queue(500, nowMs) });
  const { heldFromMs, heldToMs } = outcome.facts ?? {};
  expect(Number(heldToMs) - Number(heldFromMs)).toBeLessThan(8_000);
  expect(rowsOf(outcome, 'lock-waits')).toMatchObject([{ experiment: behindAReport.id, who: 'migration' }, {}]);
});

test('a migration that gives up is run again once the report is closed', async () => {
  const outcome = await run(behindAReport, [{ exitCode: 75, applies: false }, { exitCode: 0 }]);
  expect(outcome.calls).toEqual(['report open', 'run up', 'report closed', 'run up']);
  const { heldFromMs, heldToMs } = outcome.facts ?? {};
  expect(Number(heldToMs) - Number(heldFromMs)).toBeLessThan(5_000);
  expect(rowsOf(outcome, 'migration-runs')).toMatchObject([
    { exitCode: 75, missing: null },
    { exitCode: 0, missing: 0, lastWords: 'the end' },
  ]);
  expect(outcome.facts?.['doneMs']).not.toBeNull();
});

test('who says that it is done is asked at once, while the report is open', async () => {
  const outcome = await run(behindAReport, [{ exitCode: 0, applies: false }]);
  expect(Number(rowsOf(outcome, 'migration-runs')[0]?.['missing'])).toBeGreaterThan(5);
  expect(outcome.facts?.['doneMs']).toBeNull();
  expect(outcome.calls.filter((call) => call === 'run up').length).toBeLessThanOrEqual(5);
});

test('a migration that never ends is killed', async () => {
  const outcome = await run(behindAReport, ['hangs']);
  expect(outcome.calls.slice(0, 4)).toEqual(['report open', 'run up', 'report closed', 'kill']);
  expect(rowsOf(outcome, 'migration-runs')[0]).toMatchObject({ endMs: null, exitCode: null });
});

test('a report that was ended is told', async () => {
  const outcome = await run(behindAReport, [{ exitCode: 0 }], { reportAlive: false });
  expect(outcome.facts).toMatchObject({ reportAlive: false });
});

const [onACopy, killedInTheQueue] = onCopies;

test('on a copy the migrations run twice', async () => {
  const outcome = await run(onACopy, [{ exitCode: 0 }]);
  expect(outcome.calls).toEqual(['run up', 'run up']);
  expect(outcome).toMatchObject({ reached: true, facts: { ranAgain: true } });
  expect(wrongAnswers(outcome)).toEqual([]);
});

test('who did not say that all is done is not run for the second time', async () => {
  const outcome = await run(onACopy, [{ exitCode: 1, applies: false }]);
  expect(outcome.facts).toMatchObject({ ranAgain: false, doneMs: null });
  expect(wrongAnswers(outcome).length).toBeGreaterThan(5);
});

test('the runner is killed in the queue, the way is made free, and it is run again', async () => {
  const outcome = await run(killedInTheQueue, ['waits', { exitCode: 0 }], { waits: () => queue(1, 2) });
  expect(outcome.calls).toEqual(['report open', 'run up', 'kill', 'report closed', 'run up']);
  expect(outcome).toMatchObject({ reached: true, facts: { point: 'queued' } });
  expect(rowsOf(outcome, 'migration-runs')).toMatchObject([{ exitCode: null }, { exitCode: 0, missing: 0 }]);
});

test('a runner that never stands in a queue is killed all the same, and one that gave up is run again', async () => {
  expect((await run(killedInTheQueue, ['waits', { exitCode: 0 }])).facts).toEqual({ point: 'seen' });
  const gaveUp = await run(killedInTheQueue, [{ exitCode: 75, applies: false }, { exitCode: 0 }]);
  expect(gaveUp).toMatchObject({ reached: true, facts: { point: 'ended' } });
});

const atGate: LockWait = {
  ...{ who: 'migration', pid: 1, table: null, mode: 'ShareLock', startMs: 1, endMs: 40 },
  ...{ behindMigration: false, behindReport: false },
};

test('the runner is killed while its second step is held, and run again', async () => {
  const outcome = await run(killedBetweenSteps, ['hangs', { exitCode: 0 }], { waits: () => [atGate] });
  expect(outcome.calls).toEqual(['run up', 'kill', 'gate open', 'run up']);
  expect(outcome).toMatchObject({ reached: true, facts: { point: 'held' } });
  expect(rowsOf(outcome, 'migration-runs')).toMatchObject([{ exitCode: null }, { exitCode: 0, missing: 0 }]);
});

test('in one step there is nothing to be killed between, and one that gave up is run again', async () => {
  const outcome = await run(killedBetweenSteps, [{ exitCode: 0 }]);
  expect(outcome.calls).toEqual(['run up', 'gate open']);
  expect(outcome).toMatchObject({ reached: true, facts: { point: 'ended' } });
  const gaveUp = await run(killedBetweenSteps, [{ exitCode: 75, applies: false }, { exitCode: 0 }]);
  expect(rowsOf(gaveUp, 'migration-runs')).toMatchObject([{ exitCode: 75 }, { exitCode: 0, missing: 0 }]);
  expect(await run(killedBetweenSteps, ['hangs'])).toMatchObject({ reached: false });
});

test('a report is opened while the second step is held, and the step is let go into it', async () => {
  const outcome = await run(reportInBetween, ['waits'], { waits: () => [atGate] });
  expect(outcome.calls).toEqual(['run up', 'report open', 'gate open', 'report closed']);
  expect(outcome).toMatchObject({ reached: true, facts: { point: 'held' } });
});

test('a migration in one step has no such moment', async () => {
  const outcome = await run(reportInBetween, [{ exitCode: 0 }]);
  expect(outcome).toMatchObject({ reached: true, facts: { point: 'ended' } });
});

test('a migration that comes to nothing proves nothing', async () => {
  expect(await run(reportInBetween, ['hangs'])).toMatchObject({ reached: false });
});

test('the last words of a run are the message of its last line', () => {
  const log = { level: 50, msg: 'migrations postponed', err: { message: 'Migration 100 did not get its locks.' } };
  expect(lastWordsOf(['begun', JSON.stringify(log), ' '])).toBe(
    'migrations postponed: Migration 100 did not get its locks.',
  );
  expect(lastWordsOf([JSON.stringify({ msg: 'migrations finished' })])).toBe('migrations finished');
  expect(lastWordsOf(['{ not JSON'])).toBe('{ not JSON');
  expect(lastWordsOf([])).toBe('');
});
