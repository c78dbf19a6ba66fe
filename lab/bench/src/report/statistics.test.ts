import { expect, test } from 'vitest';
import { median, percentile, sum } from './statistics.ts';

test('a percentile is one of the values, whatever their order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2);
  expect(percentile([5, 1, 4, 2, 3], 95)).toBe(5);
  expect(percentile([7], 1)).toBe(7);
});

test('the 95th percentile of a hundred values leaves five above it', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(percentile(values, 95)).toBe(95);
});

test('no values have no percentile, and add up to nothing', () => {
  expect(() => percentile([], 50)).toThrow(RangeError);
  expect(sum([])).toBe(0);
});
