import { type Check, type Evidence, type TableDump, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { attemptOf, checkNamed, codesAround, codesOf, evidenceOf, orderPlaced } from '../shared/testing/evidence.ts';
import { lostRowsMax, openMsMax, readTimesMax, rushShareMax, waitMsMax } from './checks.ts';
import { atNoon, heldMs } from './experiments/at-noon.ts';
import { doneMsMax, paceMin, rows } from './experiments/on-a-copy.ts';
import { noticedWithinMs, resumeWithinMs, windowMs } from './experiments/rush-hour.ts';
import { scenario } from './scenario.ts';

const { checks, experiments, hints, story, variants } = scenario;
const budgets = story.budgets.join('\n');

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
  expect(variants.filter(({ cheat }) => cheat === true).length).toBeGreaterThanOrEqual(3);
});

test('neither the story nor the first hint names an answer', () => {
  const told = [...story.text, ...story.budgets, hints[0]].join('\n');
  expect(told).not.toMatch(/lock_timeout|SKIP LOCKED|checkpoint|keyset|COMMIT|OFFSET|pg_locks/i);
});

test('who is as slow as the story allows is done before the lab stops waiting, with a fifth to spare and two rushes', () => {
  const rushMs = 2 * (noticedWithinMs + windowMs);
  expect(budgets).toContain(`${paceMin.toLocaleString('en-US')} books a second at least`);
  expect((rows / paceMin) * 1_000 * 1.2 + rushMs).toBeLessThan(doneMsMax);
});

const checkOf = (name: string): Check => checkNamed(scenario, name);
type Row = TableDump['rows'][number];

const facts = {
  ...{ rows: 10_000, rowsRead: 30_000, doneMs: 9_000, ranAgain: true, writtenAgain: 0, point: 'held' },
  ...{ filledAtKill: 4_000, rewritten: 0, wasted: 0, nothingToDo: false, noticedWithinMs, resumeWithinMs },
  ...{ unnoticedPerSecond: 0, firstPerSecond: 0, restPerSecond: 1_000, secondPerSecond: 0, resumed: true },
};

/** A backfill that did what it was to do. */
function run(change: Readonly<Record<string, number>> = {}, tables: Readonly<Record<string, Row>> = {}): Evidence {
  const transaction: Row = { pid: 1, startMs: 1_000, endMs: 1_100, writes: true };
  const rows: Readonly<Record<string, Row>> = {
    'migration-runs': { startMs: 1_000, endMs: 9_000, exitCode: 0, missing: 0, lastWords: 'backfill ended' },
    values: { rows: 10_000, missing: 0, wrong: 0, example: '' },
    'schema-answers': { statement: 'a new book', expected: 'none', answer: 'none' },
    'locked-work': { table: 'public.books', mode: 'AccessExclusiveLock', rowsRead: 0, rowsInTable: 10_000, heldMs: 4 },
    transactions: transaction,
    ...tables,
  };
  return evidenceOf(scenario, {
    history: [orderPlaced({ experiment: atNoon.id })],
    experiments: experiments.map(({ id }) => attemptOf(id, { facts: { ...facts, ...change } })),
    tables: Object.entries(rows).map(([table, row]) => ({
      table,
      rows: experiments.map(({ id }) => ({ experiment: id, ...row })),
    })),
  });
}

test.each(checks.filter(({ experiments: needed }) => needed.length > 0).map(({ id }) => id))(
  '%s passes a backfill that did all, and is undecided when nothing was seen',
  (id) => {
    const check = checkOf(id.slice(scenario.id.length + 1));
    expect(codesOf(check, run())).toEqual([]);
    expect(new Set(codesOf(check, evidenceOf(scenario, {})))).toEqual(new Set(['NOT_MEASURED']));
  },
);

test('how long a transaction may be open in the story is what is judged, and shorter than rows are held', () => {
  const open = (ms: number) => run({}, { transactions: { pid: 1, startMs: 1_000, endMs: 1_000 + ms, writes: true } });
  expect(budgets).toContain('is open for longer than 1 second, and nobody waits for longer than 1 second');
  expect(codesAround(checkOf('transactions-are-short'), openMsMax, open)).toEqual([[], ['TRANSACTION_OPEN_LONG']]);
  expect(heldMs).toBeGreaterThan(3 * openMsMax);
});

test('how long somebody may wait in the story is what is judged', () => {
  const wait = { who: 'api-1', table: 'public.books', mode: 'ShareLock', behindMigration: true };
  const waiting = (ms: number) => run({}, { 'lock-waits': { ...wait, startMs: 2_000, endMs: 2_000 + ms } });
  expect(codesAround(checkOf('checkout-goes-on'), waitMsMax, waiting)).toEqual([[], ['WAITED_BEHIND']]);
});

test('the share of its pace in the story is what is judged', () => {
  expect(budgets).toContain(`${rushShareMax * 100} % of the rows a second`);
  const pace = (secondPerSecond: number) => run({ secondPerSecond });
  expect(codesAround(checkOf('gives-way'), 1_000 * rushShareMax, pace)).toEqual([[], ['DID_NOT_GIVE_WAY']]);
});

test('what a kill may cost in the story is what is judged', () => {
  expect(budgets).toContain(`At most ${lostRowsMax.toLocaleString('en-US')} rows`);
  const lost = (wasted: number) => run({ wasted });
  expect(codesAround(checkOf('a-kill-costs-a-batch'), lostRowsMax, lost)).toEqual([[], ['WORK_LOST']]);
});

test('how often a row may be read in the story is what is judged', () => {
  expect(budgets).toContain(`at most ${readTimesMax} times on average`);
  const reading = (rowsRead: number) => run({ rowsRead });
  expect(codesAround(checkOf('work-does-not-grow'), 10_000 * readTimesMax, reading)).toEqual([[], ['READS_GROW']]);
});

test('the codes that a variant must be found by are codes that its checks know', () => {
  expect(claimedCodes(scenario)).toEqual({
    'steady-state': ['ERRORS_AT_REST'],
    'every-book-filled': ['NOT_FINISHED', 'SAID_DONE_TOO_EARLY'],
    'transactions-are-short': ['TRANSACTION_OPEN_LONG'],
    'checkout-goes-on': ['WAITED_BEHIND', 'WORK_FAILED'],
    'gives-way': ['DID_NOT_GIVE_WAY', 'NEVER_WENT_ON'],
    'a-kill-costs-a-batch': ['NOT_AFTER_KILL', 'WORK_LOST'],
    'work-does-not-grow': ['READS_GROW'],
    'column-comes-at-once': ['LOCK_HELD_LONG', 'ROWS_READ_UNDER_LOCK'],
    'the-end-is-the-end': ['CHANGED_AGAIN'],
  });
});
