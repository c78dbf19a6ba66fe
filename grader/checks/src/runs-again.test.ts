import type { Evidence } from '@lab/sdk';
import { expect, test } from 'vitest';
import { runsAgain } from './runs-again.ts';
import { runWith } from './testing/migration-run.ts';

const check = runsAgain({
  id: 'shop/runs-again',
  title: 'Runs again',
  points: 5,
  lesson: 'lessons/migrations#runs-again',
  repeated: 'copy',
  killed: 'killed',
});
const codes = (given: Evidence): readonly string[] => check.judge(given).map(({ code }) => code);
const repeated = { experiment: 'copy', facts: { ranAgain: true } };
const change = { moment: 'again', change: 'new', kind: 'constraint', definition: 'CHECK (binding)' };
const killed = { exitCode: null, missing: null };

test('a second run that changes nothing passes', () => {
  expect(codes(runWith({ ...repeated, runs: [{}, {}] }))).toEqual([]);
});

test('CHANGED_AGAIN when the second run fails, and when it makes something anew', () => {
  const failed = { exitCode: 1, missing: null, lastWords: 'column is there already' };
  const [finding] = check.judge(runWith({ ...repeated, runs: [{}, failed] }));
  expect(finding?.code).toBe('CHANGED_AGAIN');
  expect(finding?.message).toContain('The second run: exit 1: “column is there already”.');
  const tables = { 'schema-changes': [change] };
  expect(check.judge(runWith({ ...repeated, runs: [{}, {}], tables }))[0]?.message).toContain(
    'It changed the schema (new: constraint CHECK (binding)).',
  );
});

test('what the first run changed is no change of the second', () => {
  const tables = { 'schema-changes': [{ ...change, moment: 'done' }] };
  expect(codes(runWith({ ...repeated, runs: [{}, {}], tables }))).toEqual([]);
});

test('a first run that did not succeed is for other checks', () => {
  expect(codes(runWith({ experiment: 'copy', facts: { ranAgain: false }, runs: [{ exitCode: 1 }] }))).toEqual([]);
});

test('after a kill the next run does the rest', () => {
  expect(codes(runWith({ experiment: 'killed', runs: [killed, {}] }))).toEqual([]);
});

test('NOT_AFTER_KILL when no run finishes, and when one says so too early', () => {
  const locked = { exitCode: 75, missing: null, lastWords: 'Another migration is running.' };
  const [finding] = check.judge(runWith({ experiment: 'killed', runs: [killed, locked, locked] }));
  expect(finding?.code).toBe('NOT_AFTER_KILL');
  expect(finding?.message).toContain('exit 75: “Another migration is running.”');
  expect(codes(runWith({ experiment: 'killed', runs: [killed, { missing: 2 }] }))).toEqual(['NOT_AFTER_KILL']);
});

test('what did not run is not judged, what was not reached is undecided', () => {
  expect(codes(runWith({ change: { selected: [] } }))).toEqual([]);
  expect(codes(runWith({ change: { selected: ['copy', 'killed'] } }))).toEqual(['NOT_MEASURED', 'NOT_MEASURED']);
});
