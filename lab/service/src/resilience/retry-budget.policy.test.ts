import { expect, test } from 'vitest';
import { afterCall, mayRetry } from './retry-budget.ts';

const SETTINGS = { max: 20, perSuccess: 0.1, perSecond: 1 };

const TRIES_MAX = 5;

/** First calls at an even pace; each that fails is tried again at once, some times at most, while the budget allows. */
function load({
  callsPerSecond,
  seconds,
  fails,
}: {
  callsPerSecond: number;
  seconds: number;
  fails: (n: number) => boolean;
}) {
  let state = { tokens: SETTINGS.max, atMs: 0 };
  let calls = 0;
  let retries = 0;
  const call = (nowMs: number) => {
    calls += 1;
    const failed = fails(calls);
    state = afterCall(state, { failed, nowMs }, SETTINGS);
    return failed;
  };
  for (let n = 0; n < callsPerSecond * seconds; n += 1) {
    const nowMs = (n * 1_000) / callsPerSecond;
    let failed = call(nowMs);
    for (let tries = 1; failed && tries < TRIES_MAX && mayRetry(state, nowMs, SETTINGS); tries += 1) {
      failed = call(nowMs);
      retries += 1;
    }
  }
  return { amplification: calls / (callsPerSecond * seconds), retries };
}

test('when everything fails, retries add no more than a tenth to the load', () => {
  const { amplification } = load({ callsPerSecond: 200, seconds: 10, fails: () => true });
  expect(amplification).toBeLessThanOrEqual(1.1);
});

test('when one call in twenty fails, each is tried again', () => {
  const { retries } = load({ callsPerSecond: 200, seconds: 10, fails: (n) => n % 20 === 0 });
  expect(retries).toBeGreaterThanOrEqual(100);
});

test('when four in ten fail, the load does not grow by as much', () => {
  const { amplification } = load({ callsPerSecond: 200, seconds: 10, fails: (n) => n % 5 < 2 });
  expect(amplification).toBeLessThanOrEqual(1.2);
});

test('after an outage time alone allows the first retry', () => {
  let state = { tokens: SETTINGS.max, atMs: 0 };
  for (let n = 0; n < 100; n += 1) state = afterCall(state, { failed: true, nowMs: 0 }, SETTINGS);
  expect(mayRetry(state, 9_000, SETTINGS)).toBe(false);
  expect(mayRetry(state, 11_000, SETTINGS)).toBe(true);
});

test('a clock that is set back gives nothing', () => {
  const state = afterCall({ tokens: 5, atMs: 10_000 }, { failed: false, nowMs: 0 }, SETTINGS);
  expect(state.tokens).toBe(5.1);
});
