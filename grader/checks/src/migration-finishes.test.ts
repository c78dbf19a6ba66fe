import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { migrationFinishes } from './migration-finishes.ts';
import { heldToMs, runWith } from './testing/migration-run.ts';

const check = migrationFinishes({
  id: 'shop/done-in-the-end',
  title: 'Done in the end',
  points: 20,
  lesson: 'lessons/migrations#done-in-the-end',
  experiment: 'behind',
  withinMs: 60_000,
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const gaveUp = { exitCode: 75, missing: null, endMs: 12_000, lastWords: 'migrations postponed' };

test('done by itself, or by a second run after the first gave up, passes', () => {
  expect(codes(runWith())).toEqual([]);
  expect(codes(runWith({ runs: [gaveUp, {}] }))).toEqual([]);
});

test('NOT_FINISHED says how often it was run, and how the last one ended', () => {
  const waiting = { endMs: null, exitCode: null, missing: null, lastWords: '' };
  const [finding] = check.judge(runWith({ facts: { doneMs: null }, runs: [gaveUp, waiting] }));
  expect(finding).toMatchObject({ code: 'NOT_FINISHED', measured: { text: 'not done' } });
  expect(finding?.message).toContain('It was run 2 times; the last run: still running.');
  const failed = { exitCode: 1, missing: null, lastWords: 'column is there already' };
  expect(check.judge(runWith({ facts: { doneMs: null }, runs: [failed] }))[0]?.message).toContain(
    'It was run once; the last run: exit 1: “column is there already”.',
  );
});

test('the time for it is the one that is declared', () => {
  const after = (ms: number) => runWith({ facts: { doneMs: heldToMs + ms } });
  expect([codes(after(60_000)), codes(after(60_001))]).toEqual([[], ['NOT_FINISHED']]);
});

test('SAID_DONE_TOO_EARLY: exit 0 with demands that are not met, also when they are met later', () => {
  const [finding, ...others] = check.judge(runWith({ runs: [{ endMs: 13_000, missing: 4 }, {}] }));
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ code: 'SAID_DONE_TOO_EARLY', atMs: 13_000, measured: { value: 4 } });
  expect(codes(runWith({ facts: { doneMs: null }, runs: [{ missing: 4 }] }))).toEqual([
    'SAID_DONE_TOO_EARLY',
    'NOT_FINISHED',
  ]);
});

test('without a run nothing is judged', () => {
  expect(codes(runWith({ runs: [] }))).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ change: { experiments: [] } }))).toEqual(['NOT_MEASURED']);
  expect(codes(runWith({ change: { selected: [] } }))).toEqual([]);
});
