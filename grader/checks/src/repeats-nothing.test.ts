import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { repeatsNothing } from './repeats-nothing.ts';
import { backfillRun } from './testing/backfill-run.ts';

const check = repeatsNothing({
  id: 'shop/the-end-is-the-end',
  title: 'The end',
  points: 5,
  lesson: 'lessons/migrations#the-end-is-the-end',
  experiment: 'noon',
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const again = { ranAgain: true, writtenAgain: 0 };

test('a second run that finds nothing to do passes, and one that was never made is not judged', () => {
  expect(codes(backfillRun({ facts: again }))).toEqual([]);
  expect(codes(backfillRun({ facts: { ranAgain: false } }))).toEqual([]);
  expect(codes(backfillRun({ change: { experiments: [] } }))).toEqual(['NOT_MEASURED']);
});

test('CHANGED_AGAIN: rows written, things made anew, or a program that fails', () => {
  const [finding] = check.judge(backfillRun({ facts: { ...again, writtenAgain: 80_000 } }));
  expect(finding).toMatchObject({ code: 'CHANGED_AGAIN', measured: { text: '80,000 rows were written again' } });
  const rows = [{ moment: 'again', change: 'new', kind: 'trigger', definition: 'on books' }];
  expect(codes(backfillRun({ facts: again, tables: { 'schema-changes': rows } }))).toEqual(['CHANGED_AGAIN']);
  const repeated = [{ startMs: 1, endMs: 2, exitCode: 1, missing: null, lastWords: 'column is there already' }];
  const [failed] = check.judge(backfillRun({ facts: again, tables: { 'repeated-runs': repeated } }));
  expect(failed?.message).toContain('one of its two programs: exit 1: “column is there already”');
});
