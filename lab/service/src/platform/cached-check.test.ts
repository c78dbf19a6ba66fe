import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCachedCheck } from './cached-check.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const LIMITS = { timeoutMs: 100, maxAgeMs: 1_000 };

test('many probes cost one check, while it runs and for as long as its answer holds', async () => {
  const clock = { nowMs: 0 };
  const check = vi.fn(async () => {});
  const isUp = createCachedCheck(check, { ...LIMITS, now: () => clock.nowMs });
  await expect(Promise.all([isUp(), isUp(), isUp()])).resolves.toEqual([true, true, true]);
  clock.nowMs = 999;
  await isUp();
  expect(check).toHaveBeenCalledTimes(1);
  clock.nowMs = 1_000;
  await isUp();
  expect(check).toHaveBeenCalledTimes(2);
});

test('an error counts as no', async () => {
  await expect(createCachedCheck(() => Promise.reject(new Error('away')), LIMITS)()).resolves.toBe(false);
});

test('a check that hangs counts as no after the time-out', async () => {
  const answer = createCachedCheck(() => new Promise(() => {}), LIMITS)();
  await vi.advanceTimersByTimeAsync(100);
  await expect(answer).resolves.toBe(false);
});
