import { expect, test, vi } from 'vitest';
import { CallError } from '../platform/call-error.ts';
import { createMetrics } from '../platform/metrics.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { createPaymentCalls } from './payment-calls.ts';

const BREAKER = { windowMs: 3_000, volume: 3, failurePercent: 50, openMs: 60_000, probes: 2 };
const SILENCE = new CallError('The provider did not answer.', {});

function setUp(breaker: typeof BREAKER | undefined) {
  const turns = vi.fn();
  const limits = {
    run: <T>(call: () => Promise<T>) => {
      turns();
      return call();
    },
  };
  const calls = createPaymentCalls({ limits, breaker, log: recordingLog([]), metrics: createMetrics() });
  const fail = () => calls?.run(() => Promise.reject(SILENCE));
  return { limits, turns, calls, fail };
}

test('a call that the breaker refuses takes no turn among those that are limited', async () => {
  const { turns, fail } = setUp(BREAKER);
  for (let n = 0; n < 3; n += 1) await expect(fail()).rejects.toBe(SILENCE);
  await expect(fail()).rejects.toMatchObject({ code: 'DEPENDENCY_AWAY' });
  expect(turns).toHaveBeenCalledTimes(3);
});

test('without a breaker the limits stand alone', () => {
  const { calls, limits } = setUp(undefined);
  expect(calls).toBe(limits);
});
