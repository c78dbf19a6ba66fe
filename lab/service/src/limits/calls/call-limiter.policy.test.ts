import { expect, test, vi } from 'vitest';
import type { Limit } from '../algorithms/limit.ts';
import type { LimitDecision, Limiter } from '../store/limiter.ts';
import { createCallLimiter } from './call-limiter.ts';

const BUCKET: Limit = { kind: 'bucket', name: 'calls-1s', limit: 10, windowMs: 1_000, burst: 1 };
const SLOTS: Limit = { kind: 'slots', name: 'concurrency', limit: 2, leaseMs: 3_000 };

function limiterThatSays(answers: readonly { limit: Limit; retryAfterMs: number }[]) {
  const clock = { nowMs: 0 };
  const asked: number[] = [];
  let released = 0;
  const decide = async (): Promise<LimitDecision> => {
    const answer = answers[asked.length];
    asked.push(clock.nowMs);
    const release = () => {
      released += 1;
    };
    if (!answer) return { allowed: true, outcomes: [], source: 'store', release };
    return {
      allowed: false,
      outcomes: [{ ...answer, allowed: false, remaining: 0, moreInMs: 0 }],
      source: 'store',
      release,
    };
  };
  const limiter: Limiter = { decide, decideExactly: decide };
  const stopping = new AbortController();
  const calls = createCallLimiter({
    limiter,
    name: 'payments',
    limits: [],
    waitMsMax: 500,
    signal: stopping.signal,
    random: () => 0,
    now: () => clock.nowMs,
    sleep: async (ms) => {
      clock.nowMs += ms;
    },
  });
  return { calls, asked, stopping, releases: () => released };
}

test('a call is made when the limits allow it, and its slot is given back', async () => {
  const { calls, releases } = limiterThatSays([]);
  const held = Promise.withResolvers<string>();
  const running = calls.run(() => held.promise);
  await Promise.resolve();
  expect(releases()).toBe(0);
  held.resolve('charged');
  await expect(running).resolves.toBe('charged');
  expect(releases()).toBe(1);
});

test('the slot of a call that fails is given back as well, and the error stays what it is', async () => {
  const { calls, releases } = limiterThatSays([]);
  const error = new Error('402');
  await expect(calls.run(() => Promise.reject(error))).rejects.toBe(error);
  expect(releases()).toBe(1);
});

test('a call waits as long as the bucket says, and no longer for a slot than a moment', async () => {
  const { calls, asked } = limiterThatSays([
    { limit: BUCKET, retryAfterMs: 100 },
    { limit: SLOTS, retryAfterMs: 1_000 },
  ]);
  await expect(calls.run(async () => 'charged')).resolves.toBe('charged');
  expect(asked).toEqual([0, 100, 150]);
});

test('a wait that would be too long is not begun: the work is postponed, and nothing was called', async () => {
  const { calls } = limiterThatSays([{ limit: BUCKET, retryAfterMs: 501 }]);
  const call = vi.fn(async () => 'charged');
  await expect(calls.run(call)).rejects.toMatchObject({
    name: 'CallError',
    code: 'CALLS_LIMITED',
    status: undefined,
    retryAfterMs: 501,
  });
  expect(call).not.toHaveBeenCalled();
});

test('waiting ends at the limit, however often it is refused', async () => {
  const { calls, asked } = limiterThatSays(Array.from({ length: 99 }, () => ({ limit: SLOTS, retryAfterMs: 1_000 })));
  await expect(calls.run(async () => 'charged')).rejects.toMatchObject({ code: 'CALLS_LIMITED' });
  expect(asked).toHaveLength(11);
});

test('stopping ends all waiting', async () => {
  const { calls, asked, stopping } = limiterThatSays([{ limit: BUCKET, retryAfterMs: 400 }]);
  stopping.abort();
  await expect(calls.run(async () => 'charged')).rejects.toMatchObject({ code: 'CALLS_LIMITED' });
  expect(asked).toHaveLength(1);
});
