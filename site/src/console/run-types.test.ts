import { expect, test } from 'vitest';
import { namedRun, pageOf, runMoment, runPath } from './run-types.ts';

const run = '20260102-030405-abcd';

test('an address names a run, or nothing', () => {
  expect(namedRun(`?run=${run}&grade=broken-1`)).toEqual({ run, grade: 'broken-1' });
  expect(namedRun(`?run=${run}&grade=../x`)).toEqual({ run, grade: null });
  for (const search of ['', '?run=', '?run=../../etc', `?run=${run}/x`]) expect(namedRun(search)).toBeNull();
});

test('a run has one place to be asked for, and one page', () => {
  expect(runPath(run, 'broken-1')).toBe(`/api/runs/${run}/broken-1`);
  expect(namedRun(pageOf('result', run, 'broken-1').slice('/console/result/'.length))).toEqual({
    run,
    grade: 'broken-1',
  });
  expect(runMoment(run)).toBe('2026-01-02 03:04');
});
