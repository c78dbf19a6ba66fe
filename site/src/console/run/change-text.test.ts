import { expect, test } from 'vitest';
import { changeOf, placeAfter } from './change-text.ts';

const text = (fields: Record<string, unknown>): string =>
  changeOf({ event: 'change', run: 'r', wall: 0, ...fields }, 0).text;
const threshold = { name: 'threshold', series: 'p99Ms', what: 'p99', limit: 500, unit: 'ms' };

test.each([
  ['You saved src/a.ts', { name: 'files', state: 'saved', paths: ['src/a.ts'], more: 0 }],
  ['You saved src/a.ts, src/b.ts and 3 more', { name: 'files', paths: ['src/a.ts', 'src/b.ts'], more: 3 }],
  ['You saved files', { name: 'files', paths: 'x' }],
  ['p99: 812 ms, over its limit of 500 ms', { ...threshold, state: 'above', value: 812.4 }],
  ['p99: 41 ms, back within its limit of 500 ms', { ...threshold, state: 'below', value: 41 }],
  ['Your code boots', { name: 'code', state: 'boots', problem: null }],
  [
    'Your code does not boot: src/a.ts:12: x is not a function',
    { name: 'code', state: 'broken', problem: { message: 'x is not a function', file: 'src/a.ts', line: 12 } },
  ],
  ['api-1 restarted, 0.6 s after the save', { name: 'api-1', state: 'restarted', sinceChangeMs: 610 }],
  [
    'api-1 crashed: The process ended.',
    { name: 'api-1', state: 'crashed', problem: { message: 'The process ended.', file: null } },
  ],
  ['The load is paused', { name: 'load', state: 'paused' }],
])('%s', (expected, fields) => {
  expect(text(fields)).toBe(expected);
});

test('the place that is wrong stays until the code boots again', () => {
  const change = (fields: Record<string, unknown>) => ({ event: 'change', run: 'r', wall: 0, ...fields });
  const problem = { message: 'x', file: 'src/a.ts', line: 12 };
  const wrong = placeAfter(null, change({ name: 'code', state: 'broken', problem }));
  expect(wrong).toEqual({ path: 'src/a.ts', line: 12 });
  expect(placeAfter(wrong, change({ name: 'load', state: 'paused' }))).toBe(wrong);
  expect(placeAfter(wrong, change({ name: 'code', state: 'boots', problem: null }))).toBeNull();
});
