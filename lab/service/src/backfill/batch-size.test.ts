import { expect, test } from 'vitest';
import { nextBatchRows, smallerBatchRows } from './batch-size.ts';

const LIMITS = { targetMs: 100, rowsMax: 5_000 };

test.each([
  ['on target', 1_000, 100, 1_000],
  ['a little quick', 1_000, 80, 1_250],
  ['very quick', 1_000, 1, 1_500],
  ['a little slow', 1_000, 125, 800],
  ['very slow', 1_000, 900, 500],
  ['quick at the limit', 4_000, 10, 5_000],
  ['slow at the least', 10, 900, 10],
])('a batch that was %s: %i rows in %i ms lead to %i', (_name, rows, tookMs, expected) => {
  expect(nextBatchRows(rows, tookMs, LIMITS)).toBe(expected);
});

test('it settles where a batch takes the time that it is meant to take', () => {
  let rows = 500;
  for (let batch = 0; batch < 20; batch += 1) rows = nextBatchRows(rows, rows / 20, LIMITS);
  expect(rows).toBe(2_000);
});

test('a batch that was undone leads to a quarter, and never to none', () => {
  expect(smallerBatchRows(1_000, LIMITS)).toBe(250);
  expect(smallerBatchRows(12, LIMITS)).toBe(10);
});
