import type { Evidence, ExperimentRecord } from '@lab/sdk';
import { expect, test } from 'vitest';
import { givesWay } from './gives-way.ts';
import { backfillRun } from './testing/backfill-run.ts';

const check = givesWay({
  id: 'shop/gives-way',
  title: 'Gives way',
  points: 15,
  lesson: 'lessons/migrations#gives-way',
  experiment: 'noon',
  shareMax: 0.2,
  circumstance: '24 transactions were under way',
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const patient = {
  ...{ nothingToDo: false, noticedWithinMs: 5_000, resumeWithinMs: 10_000 },
  ...{ unnoticedPerSecond: 0, firstPerSecond: 0, restPerSecond: 3_000, secondPerSecond: 0, resumed: true },
};
const run = (facts: ExperimentRecord['facts'] = {}) => backfillRun({ facts: { ...patient, ...facts } });

test('who stops in a rush, or slows down to a fifth, and goes on after it passes', () => {
  expect(codes(run())).toEqual([]);
  expect(codes(run({ firstPerSecond: 600, secondPerSecond: 600 }))).toEqual([]);
});

test('DID_NOT_GIVE_WAY in the first rush, in the second, or in both', () => {
  const [finding, ...others] = check.judge(run({ secondPerSecond: 2_900 }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'DID_NOT_GIVE_WAY', expected: { value: 0.2 } });
  expect(finding?.message).toBe(
    'In the rush that came when it was at work, 24 transactions were under way. 5 s after that had begun, the backfill still did 2,900 rows a second; with nothing in the way it does 3,000.',
  );
  expect(codes(run({ firstPerSecond: 601, secondPerSecond: 700 }))).toEqual(['DID_NOT_GIVE_WAY', 'DID_NOT_GIVE_WAY']);
});

test('who does all of it in the first rush is judged by its pace there', () => {
  const all = { unnoticedPerSecond: 5_000, firstPerSecond: 4_800, restPerSecond: null, secondPerSecond: null };
  expect(codes(run(all))).toEqual(['DID_NOT_GIVE_WAY']);
});

test('NEVER_WENT_ON, after the first rush or the second', () => {
  expect(codes(run({ resumed: false }))).toEqual(['NEVER_WENT_ON']);
  expect(codes(run({ restPerSecond: null, secondPerSecond: null, resumed: false }))).toEqual(['NEVER_WENT_ON']);
});

test('where nothing had to be filled nobody can be in the way; what was not reached is not judged', () => {
  expect(codes(backfillRun({ facts: { nothingToDo: true } }))).toEqual([]);
  expect(codes(backfillRun({ change: { experiments: [] } }))).toEqual(['NOT_MEASURED']);
});
