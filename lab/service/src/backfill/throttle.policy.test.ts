import { expect, test } from 'vitest';
import { createThrottle, type Signals } from './throttle.ts';

const LIMITS = { transactionsMax: 10, waitingMax: 2, lagMsMax: 1_500, latencyMsMax: 100 };
const CALM: Signals = { paused: false, transactions: 10, waiting: 2, lagMs: 1_500, latencyMs: 100 };

test('it works from the first calm reading on, up to the limits', () => {
  expect(createThrottle(LIMITS).decide(CALM)).toBeUndefined();
});

test.each<[string, Partial<Signals>]>([
  ['paused', { paused: true }],
  ['transactions', { transactions: 11 }],
  ['waiting', { waiting: 3 }],
  ['lag', { lagMs: 1_501 }],
  ['latency', { latencyMs: 101 }],
])('one reading is enough to hold: %s', (reason, change) => {
  const throttle = createThrottle(LIMITS);
  throttle.decide(CALM);
  expect(throttle.decide({ ...CALM, ...change })).toBe(reason);
});

test('it goes on after two calm readings in a row', () => {
  const throttle = createThrottle(LIMITS);
  const busy = { ...CALM, waiting: 9 };
  const readings = [busy, CALM, busy, CALM, CALM].map((signals) => throttle.decide(signals));
  expect(readings).toEqual(['waiting', 'waiting', 'waiting', 'waiting', undefined]);
});

test('it tells the reason of the moment', () => {
  const throttle = createThrottle(LIMITS);
  expect(throttle.decide({ ...CALM, waiting: 9 })).toBe('waiting');
  expect(throttle.decide({ ...CALM, paused: true })).toBe('paused');
});
