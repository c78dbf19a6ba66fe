import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { backfillRun } from './testing/backfill-run.ts';
import { experimentRecord } from './testing/evidence.ts';
import { valuesFilled } from './values-filled.ts';

const check = valuesFilled({
  id: 'shop/every-book-filled',
  title: 'Every book',
  points: 20,
  lesson: 'lessons/migrations#every-book-filled',
  experiments: ['noon'],
  places: { noon: 'in the open shop' },
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const notNow = { exitCode: 75, missing: null };

test('a backfill that ends with every value there passes, also when it was to be begun again', () => {
  expect(codes(backfillRun())).toEqual([]);
  expect(codes(backfillRun({ runs: [notNow, {}] }))).toEqual([]);
});

test('SAID_DONE_TOO_EARLY: exit 0 with rows that have no value, or not theirs', () => {
  const [finding, ...others] = check.judge(backfillRun({ runs: [{ missing: 1_234 }], values: { missing: 1_234 } }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'SAID_DONE_TOO_EARLY', measured: { value: 1_234 }, atMs: 15_000 });
  expect(finding?.message).toContain('The run in the open shop that began at 5.00 s ended with exit 0, and 1,234 rows');
});

test('NOT_FINISHED: it still ran, failed, or never meant to', () => {
  const running = { endMs: null, exitCode: null, missing: null, lastWords: '' };
  const [finding, ...others] = check.judge(backfillRun({ runs: [notNow, running], values: { missing: 40 } }));
  expect(others).toEqual([]);
  expect(finding?.code).toBe('NOT_FINISHED');
  expect(finding?.message).toContain(
    '40 of 10,000 rows did not have theirs. It was run 2 times; the last run: still running.',
  );
  const [told] = check.judge(backfillRun({ runs: [running] }));
  expect(told?.message).toContain('every row had its value all the same');
});

test('ROWS_LEFT: what was right at the end of the run is not any more', () => {
  const values = { missing: 2, wrong: 1, example: '9791: "", not "none"' };
  const [finding, ...others] = check.judge(backfillRun({ values }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'ROWS_LEFT', measured: { value: 3 } });
  expect(finding?.message).toContain('(9791: "", not "none")');
});

test('what was not seen is not judged', () => {
  expect(codes(backfillRun({ values: null }))).toEqual(['NOT_MEASURED']);
  expect(codes(backfillRun({ runs: [] }))).toEqual(['NOT_MEASURED']);
  const unreached = [experimentRecord({ experiment: 'noon', reached: false })];
  expect(codes(backfillRun({ change: { experiments: unreached } }))).toEqual(['NOT_MEASURED']);
  expect(codes(backfillRun({ change: { selected: [] } }))).toEqual([]);
});
