import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

const SETTINGS = { baseMs: 2_000, capMs: 3_600_000 };
/** Every value that a random number may take, evenly. */
const SPREAD = Array.from({ length: 10_001 }, (_, index) => index / 10_001);
const pauses = (attempt: number) => SPREAD.map((value) => backoffMs(attempt, SETTINGS, () => value));

test.each([
  [1, 2_000],
  [2, 4_000],
  [5, 32_000],
  [11, 2_048_000],
])('after attempt %i the pauses lie around %i ms: the mean is right, and both sides are used', (attempt, nominalMs) => {
  const all = pauses(attempt);
  expect(all.reduce((sum, pause) => sum + pause, 0) / all.length / nominalMs).toBeCloseTo(1, 3);
  expect(Math.min(...all) / nominalMs).toBeCloseTo(0.7, 3);
  expect(Math.max(...all) / nominalMs).toBeCloseTo(1.3, 3);
  expect(all.filter((pause) => pause < nominalMs).length / all.length).toBeCloseTo(0.5, 2);
});

test.each([12, 40, 5_000])('after attempt %i the nominal pause is the cap, and varies still', (attempt) => {
  const all = pauses(attempt);
  expect(Math.min(...all)).toBeCloseTo(0.7 * SETTINGS.capMs, -3);
  expect(Math.max(...all)).toBeCloseTo(1.3 * SETTINGS.capMs, -3);
});

test('jobs that failed together do not come back together', () => {
  const bins = new Map<number, number>();
  for (const pause of pauses(2)) bins.set(Math.floor(pause / 100), (bins.get(Math.floor(pause / 100)) ?? 0) + 1);
  expect(Math.max(...bins.values()) / SPREAD.length).toBeLessThan(0.2);
});

test('pauses are whole milliseconds', () => {
  expect(pauses(3).every(Number.isInteger)).toBe(true);
});
