import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCacheGuard } from './cache-guard.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const works = async () => 'answer';
const fails = async () => {
  throw new Error('connection refused');
};
const hangs = () => new Promise<never>(() => {});

function guardWithClock() {
  const clock = { nowMs: 0 };
  const guard = createCacheGuard({ timeoutMs: 150, failuresBeforeSkip: 5, skipMs: 500, now: () => clock.nowMs });
  const failTimes = async (count: number) => {
    for (let index = 0; index < count; index += 1) await guard.run(fails).catch(() => {});
  };
  return { clock, guard, failTimes };
}

test('answers pass through, and so do errors', async () => {
  const { guard } = guardWithClock();
  await expect(guard.run(works)).resolves.toBe('answer');
  await expect(guard.run(fails)).rejects.toThrow('connection refused');
});

test('an operation that hangs is given up after the time-out', async () => {
  const { guard } = guardWithClock();
  const outcome = expect(guard.run(hangs)).rejects.toThrow('did not answer within 150 ms');
  await vi.advanceTimersByTimeAsync(150);
  await outcome;
});

test('after five failures in a row operations are not even started', async () => {
  const { guard, failTimes } = guardWithClock();
  await failTimes(5);
  const operation = vi.fn(works);
  await expect(guard.run(operation)).rejects.toThrow('skipped');
  expect(operation).not.toHaveBeenCalled();
});

test('a success in between starts the count anew', async () => {
  const { guard, failTimes } = guardWithClock();
  await failTimes(4);
  await guard.run(works);
  await failTimes(4);
  await expect(guard.run(works)).resolves.toBe('answer');
});

test('after the pause operations run again; one more failure is enough to skip again', async () => {
  const { clock, guard, failTimes } = guardWithClock();
  await failTimes(5);
  clock.nowMs = 500;
  await expect(guard.run(fails)).rejects.toThrow('connection refused');
  await expect(guard.run(works)).rejects.toThrow('skipped');
  clock.nowMs = 1_000;
  await expect(guard.run(works)).resolves.toBe('answer');
});
