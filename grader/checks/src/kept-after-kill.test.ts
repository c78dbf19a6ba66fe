import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { keptAfterKill } from './kept-after-kill.ts';
import { backfillRun } from './testing/backfill-run.ts';

const check = keptAfterKill({
  id: 'shop/a-kill-costs-a-batch',
  title: 'A kill',
  points: 15,
  lesson: 'lessons/migrations#a-kill-costs-a-batch',
  experiment: 'noon',
  rowsMax: 2_500,
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const facts = { point: 'waiting', filledAtKill: 7_000, rewritten: 0, wasted: 0 };
const killed = { endMs: null, exitCode: null, missing: null };

test('a batch may be lost, or done twice', () => {
  expect(codes(backfillRun({ facts, runs: [killed, {}] }))).toEqual([]);
  expect(codes(backfillRun({ facts: { ...facts, rewritten: 2_500, wasted: 2_500 }, runs: [killed, {}] }))).toEqual([]);
});

test('WORK_LOST: rows that are written again, and work that the kill undid', () => {
  const [finding, ...others] = check.judge(backfillRun({ facts: { ...facts, rewritten: 7_000 }, runs: [killed, {}] }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'WORK_LOST', measured: { value: 7_000 }, expected: { value: 2_500 } });
  expect(codes(backfillRun({ facts: { ...facts, filledAtKill: 0, wasted: 2_501 }, runs: [killed, {}] }))).toEqual([
    'WORK_LOST',
  ]);
});

test('NOT_AFTER_KILL: the next run says that all is done, or never does', () => {
  const [finding] = check.judge(backfillRun({ facts, runs: [killed, { missing: 900 }], values: { missing: 900 } }));
  expect(finding).toMatchObject({ code: 'NOT_AFTER_KILL', measured: { value: 900 } });
  expect(codes(backfillRun({ facts, runs: [killed, { exitCode: 75 }] }))).toEqual(['NOT_AFTER_KILL']);
});

test('who was not killed in the middle of it is not judged', () => {
  expect(codes(backfillRun({ change: { experiments: [] } }))).toEqual(['NOT_MEASURED']);
  expect(codes(backfillRun({ values: null }))).toEqual(['NOT_MEASURED']);
});
