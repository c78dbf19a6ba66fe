import { expect, test } from 'vitest';
import { merged, noProgress, parseProgress, withRead } from './progress.ts';

const report = {
  schema: 'lab.grade/1',
  scenario: 'one-thing',
  subject: 'workspace',
  verdict: 'passed',
  checks: [
    { id: 'one-thing/a', status: 'passed' },
    { id: 'one-thing/b', status: 'failed' },
  ],
  lab: { run: '20261121-1' },
};

test('what was exported is taken in as it was', () => {
  const progress = { ...noProgress, read: { 'lessons/one': '2026-11-21' }, proved: { 'one-thing/a': { run: 'r' } } };
  expect(parseProgress(JSON.stringify(progress))).toEqual(progress);
});

test('a report proves the checks that passed, and the scenario when all did', () => {
  const run = { run: '20261121-1' };
  expect(parseProgress(JSON.stringify(report)).proved).toEqual({ 'one-thing/a': run, 'one-thing': run });
  const failed = parseProgress(JSON.stringify({ ...report, verdict: 'failed' }));
  expect(Object.keys(failed.proved)).toEqual(['one-thing/a']);
});

test('a report of a stored variant proves nothing about the learner', () => {
  expect(() => parseProgress(JSON.stringify({ ...report, subject: 'reference' }))).toThrow('not of your workspace');
});

test('other files are refused, and say so', () => {
  expect(() => parseProgress('no')).toThrow('not JSON');
  expect(() => parseProgress('[]')).toThrow('not JSON');
  expect(() => parseProgress('{"schema":"else"}')).toThrow('neither');
});

test('of two, the older mark is kept; a mark can be taken back', () => {
  const first = withRead(noProgress, 'lessons/one', '2026-11-20');
  const second = withRead(withRead(noProgress, 'lessons/one', '2026-11-21'), 'lessons/two', '2026-11-21');
  expect(merged(first, second).read).toEqual({ 'lessons/one': '2026-11-20', 'lessons/two': '2026-11-21' });
  expect(withRead(first, 'lessons/one', null)).toEqual(noProgress);
});
