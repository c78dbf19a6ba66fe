import { expect, test } from 'vitest';
import { isServed, type Step, usersServed } from './users.ts';

const step = (ratePerSecond: number, more: Partial<Step> = {}): Step => ({
  ratePerSecond,
  p99Ms: 100,
  failedPercent: 0,
  droppedPercent: 0,
  ...more,
});

test('who asks every ten seconds is one user', () => {
  expect(usersServed([step(200), step(400)])).toBe(4_000);
});

test('the first rate that is too much ends the count, whatever comes after it', () => {
  expect(usersServed([step(200), step(400, { p99Ms: 501 }), step(600)])).toBe(2_000);
  expect(usersServed([step(200, { failedPercent: 5 })])).toBe(0);
  expect(usersServed([])).toBe(0);
});

test('slow answers, failures and requests that were never sent are too much', () => {
  expect(isServed(step(200, { p99Ms: 500, failedPercent: 1, droppedPercent: 1 }))).toBe(true);
  expect(isServed(step(200, { droppedPercent: 1.1 }))).toBe(false);
});
