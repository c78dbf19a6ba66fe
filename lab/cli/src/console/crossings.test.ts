import { expect, test } from 'vitest';
import { createCrossings } from './crossings.ts';

const told = (figures: readonly Record<string, number | null>[]): string[] => {
  const take = createCrossings();
  return figures.flatMap((second, at) =>
    take(second).map(({ series, state, value }) => `${at} ${series} ${state} ${value}`),
  );
};
const p99 = (...values: (number | null)[]) => values.map((p99Ms) => ({ p99Ms }));

test('a figure over its limit for three seconds is told once, and so is its return', () => {
  expect(told(p99(40, 600, 700, 800, 900, 400, 300, 200, 100))).toEqual(['3 p99Ms above 800', '7 p99Ms below 200']);
});

test('a limit that is met is not crossed, and a single second is no trouble', () => {
  expect(told(p99(500, 500, 500, 500, 900, 40, 900, 900, 40, 900))).toEqual([]);
});

test('seconds without a figure are neither good nor bad', () => {
  expect(told(p99(600, null, 600, null, null, 600))).toEqual(['5 p99Ms above 600']);
});

test('the share of failures is made from both counts, and nothing asked is no share', () => {
  const second = (requestsPerSecond: number, failedPerSecond: number) => ({ requestsPerSecond, failedPerSecond });
  expect(told([second(150, 3), second(0, 0), second(150, 3), second(150, 1), second(150, 3)])).toEqual([]);
  expect(told([second(150, 3), second(150, 3), second(0, 0), second(150, 3)])).toEqual(['3 failedPercent above 2']);
});
