import { expect, test } from 'vitest';
import { rampGapMs } from './ramp.ts';

test('the rate grows from one delivery a second, doubling on its way', () => {
  const gaps = [0, 10_000, 20_000, 30_000, 40_000, 50_000].map((elapsedMs) => rampGapMs(elapsedMs, 60_000));
  expect(gaps).toEqual([1_000, 500, 250, 125, 63, 31]);
});

test('after its time there is no pause, and none at all without a ramp', () => {
  expect(rampGapMs(60_000, 60_000)).toBe(0);
  expect(rampGapMs(0, 0)).toBe(0);
});

test('of what has waited for long, the first second sends little', () => {
  let sent = 0;
  for (let atMs = 0; atMs < 5_000; atMs += rampGapMs(atMs, 60_000)) sent += 1;
  expect(sent).toBeLessThan(10);
});
