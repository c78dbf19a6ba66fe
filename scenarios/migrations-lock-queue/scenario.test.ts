import { type Check, type Evidence, type Operation, type TableDump, unfinishedParts } from '@lab/sdk';
import { expect, test } from 'vitest';
import { claimedCodes, declarationProblems } from '../shared/testing/declaration.ts';
import { attemptOf, checkNamed, codesAround, codesOf, evidenceOf, pageRead } from '../shared/testing/evidence.ts';
import { gapMsMax, lockedShareMax, openShareMin, queuedMsMax } from './checks.ts';
import { behindAReport, doneWithinMs } from './experiments/behind-a-report.ts';
import { scenario } from './scenario.ts';

const { checks, editable, experiments, hints, story, variants } = scenario;
const budgets = story.budgets.join('\n');

test('the declaration is complete, and the scenario finished', () => {
  expect([...declarationProblems(scenario), ...unfinishedParts(scenario)]).toEqual([]);
  expect(variants.filter(({ name }) => name.startsWith('solutions/')).length).toBeGreaterThanOrEqual(3);
  expect(variants.filter(({ cheat }) => cheat === true).length).toBeGreaterThanOrEqual(3);
});

test('neither the story nor the first hint names an answer', () => {
  const told = [...story.text, ...story.budgets, hints[0]].join('\n');
  expect(told).not.toMatch(/lock_timeout|NOT VALID|VALIDATE CONSTRAINT|jitter|retr(?:y|ies)/i);
});

test('migrations are left to the experiments, and the one of the story may be changed', () => {
  expect(scenario.stack.migrations).toBe('in-experiments');
  expect(editable).toContain('migrations/0100_book_bindings.sql');
});

test('the shop’s own database comes last: what is done to it cannot be taken back', () => {
  expect(experiments.at(-1)).toBe(behindAReport);
});

const checkOf = (name: string): Check => checkNamed(scenario, name);
const id = behindAReport.id;
const [heldFromMs, heldToMs] = [10_000, 30_000];

type Row = TableDump['rows'][number];

const lock: Row = { experiment: id, pid: 1, table: 'public.books', mode: 'AccessExclusiveLock', behindReport: false };
const queued = (startMs: number, endMs: number): Row => {
  const standing = { who: 'api-1', behindMigration: true, startMs, endMs };
  return { ...lock, ...standing, mode: 'RowExclusiveLock' };
};
const done: Row = {
  experiment: id,
  startMs: heldFromMs,
  endMs: heldToMs + 400,
  exitCode: 0,
  missing: 0,
  lastWords: '',
};
const save = (endMs: number): Operation =>
  pageRead({ id: endMs, kind: 'write', experiment: id, startMs: endMs - 10, endMs });
const saves = [10_100, 29_900, 30_300, 30_900].map(save);

/** A migration that gave way to the report, and was done right after it. */
function run(change: Partial<Evidence> = {}, facts: Evidence['experiments'][number]['facts'] = {}): Evidence {
  const seen = { heldFromMs, heldToMs, doneMs: heldToMs + 400, reportAlive: true, seen: true, ranAgain: true };
  return evidenceOf(scenario, {
    history: saves,
    experiments: experiments.map((experiment) => attemptOf(experiment.id, { facts: { ...seen, ...facts } })),
    tables: [{ table: 'migration-runs', rows: [done] }],
    ...change,
  });
}

test('the longest queue in the story is the one that is judged', () => {
  const waiting = (ms: number) => run({ tables: [{ table: 'lock-waits', rows: [queued(11_000, 11_000 + ms)] }] });
  expect(budgets).toContain(`for longer than ${queuedMsMax / 1_000} seconds at one time`);
  expect(codesAround(checkOf('nobody-queues-long'), queuedMsMax, waiting)).toEqual([[], ['QUEUE_TOO_LONG']]);
});

test('the share of the time without a queue in the story is the one that is judged', () => {
  const tries = (ms: number): readonly Row[] =>
    Array.from({ length: 10 }, (_, index) => queued(heldFromMs + 2_000 * index, heldFromMs + 2_000 * index + ms));
  const closed = (ms: number) => run({ tables: [{ table: 'lock-waits', rows: tries(ms) }] });
  expect(budgets).toContain(`for ${openShareMin * 100} % of that time`);
  expect(codesAround(checkOf('nobody-queues-long'), 1_500, closed)).toEqual([[], ['QUEUE_NEVER_EMPTY']]);
});

test('the longest gap between saves in the story is the one that is judged', () => {
  const gap = (ms: number) => run({ history: [save(29_900), save(heldToMs + ms)] });
  expect(budgets).toContain(`no save waits for longer than ${gapMsMax / 1_000} second`);
  expect(codesAround(checkOf('nobody-queues-long'), gapMsMax, gap)).toEqual([[], ['WRITES_STOOD']]);
});

test('the time to be done in the story is the one that is judged', () => {
  const after = (ms: number) => run({}, { doneMs: heldToMs + ms });
  expect(budgets).toContain(`done within ${doneWithinMs / 1_000} seconds after the report`);
  expect(codesAround(checkOf('done-in-the-end'), doneWithinMs, after)).toEqual([[], ['NOT_FINISHED']]);
});

test('rows that are read under the lock are judged by the size of the table', () => {
  const rowsInTable = 1_000_000;
  const work = { experiment: 'on-a-copy', table: 'public.books', mode: 'AccessExclusiveLock', rowsInTable, heldMs: 60 };
  const reading = (rowsRead: number) =>
    run({ tables: [{ table: 'locked-work', rows: [{ ...work, rowsRead, commands: 'ALTER TABLE' }] }] });
  expect(codesAround(checkOf('locks-do-not-grow'), rowsInTable * lockedShareMax, reading)).toEqual([
    [],
    ['ROWS_READ_UNDER_LOCK'],
  ]);
});

test('a kill between two steps is judged like one in the queue, and a repeated run once', () => {
  const check = checkOf('runs-again');
  const last = (experiment: string, exitCode: number): Row => ({ ...done, experiment, exitCode });
  const runs = (between: number) =>
    run({
      tables: [
        {
          table: 'migration-runs',
          rows: [last('on-a-copy', 1), last('killed-in-the-queue', 0), last('killed-between-steps', between)],
        },
      ],
    });
  expect(codesOf(check, runs(0))).toEqual(['CHANGED_AGAIN']);
  expect(codesOf(check, runs(1))).toEqual(['CHANGED_AGAIN', 'NOT_AFTER_KILL']);
});

test.each(checks.filter(({ experiments: needed }) => needed.length > 0).map((check) => check.id))(
  '%s is undecided when nothing was seen',
  (name) => {
    const check = checkOf(name.slice(scenario.id.length + 1));
    const codes = codesOf(check, evidenceOf(scenario, {}));
    expect(new Set(codes)).toEqual(new Set(['NOT_MEASURED']));
  },
);

test('the codes that a variant must be found by are codes that its checks know', () => {
  expect(claimedCodes(scenario)).toEqual({
    'steady-state': ['ERRORS_AT_REST'],
    'nobody-queues-long': ['QUEUE_NEVER_EMPTY', 'QUEUE_TOO_LONG'],
    'nobody-thrown-out': ['REPORT_ENDED', 'WORK_FAILED'],
    'done-in-the-end': ['NOT_FINISHED', 'SAID_DONE_TOO_EARLY'],
    'locks-do-not-grow': ['LOCK_HELD_LONG', 'ROWS_READ_UNDER_LOCK'],
    'schema-complete': ['NOT_VALIDATED', 'SCHEMA_INCOMPLETE'],
    'runs-again': ['CHANGED_AGAIN', 'NOT_AFTER_KILL'],
  });
});
