import { expect, test } from 'vitest';
import { timeAxis } from './svg-axis.ts';

test('the axis runs from the first moment to the last', () => {
  const axis = timeAxis([4_000, 1_000, 3_000]);
  expect([1_000, 2_500, 4_000].map((atMs) => axis?.at(atMs))).toEqual(['0%', '50%', '100%']);
});

test.each([
  [
    [0, 12_000],
    [0, 2_000, 4_000, 6_000, 8_000, 10_000, 12_000],
  ],
  [
    [900, 5_200],
    [1_000, 2_000, 3_000, 4_000, 5_000],
  ],
  [
    [0, 70],
    [0, 10, 20, 30, 40, 50, 60, 70],
  ],
])('moments %j have ticks at round times', (moments, expected) => {
  expect(timeAxis(moments)?.ticksMs).toEqual(expected);
});

test('one moment alone has an axis, and none has none', () => {
  expect(timeAxis([7])?.at(7)).toBe('0%');
  expect(timeAxis([])).toBeNull();
});
