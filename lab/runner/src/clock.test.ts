import { afterEach, expect, test, vi } from 'vitest';
import { createClock, until } from './clock.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const never = new AbortController().signal;

/** Puts the machine's clock under the test's control. */
function controlTime(): { advance(ms: number): void } {
  let nowMs = 1_000;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  return {
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

test('a clock starts at 0 and counts milliseconds', () => {
  const time = controlTime();
  const clock = createClock(never);
  expect(clock.nowMs()).toBe(0);
  time.advance(250.5);
  expect(clock.nowMs()).toBe(250.5);
});

test('a sleep ends early, by throwing, when the run is aborted', async () => {
  const run = new AbortController();
  const sleeping = createClock(run.signal).sleep(60_000);
  run.abort();
  await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
});

test('a condition that holds is not asked twice, also without time to wait', async () => {
  const condition = vi.fn(async () => true);
  expect(await until(condition, { withinMs: 0, everyMs: 60_000, signal: never })).toBe(true);
  expect(condition).toHaveBeenCalledTimes(1);
});

test('a condition is asked again until it holds', async () => {
  const answers = [false, false, true];
  expect(await until(() => answers.shift() ?? false, { withinMs: 60_000, everyMs: 0, signal: never })).toBe(true);
  expect(answers).toEqual([]);
});

test('a condition that never holds is false once the limit has passed', async () => {
  const time = controlTime();
  const condition = vi.fn(() => {
    time.advance(5);
    return false;
  });
  expect(await until(condition, { withinMs: 10, everyMs: 0, signal: never })).toBe(false);
  expect(condition).toHaveBeenCalledTimes(2);
});

test('waiting ends at once, by throwing, when the signal fires', async () => {
  const run = new AbortController();
  const condition = (): boolean => {
    run.abort();
    return false;
  };
  await expect(until(condition, { withinMs: 60_000, everyMs: 60_000, signal: run.signal })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('an error of the condition comes through', async () => {
  const condition = async (): Promise<boolean> => {
    throw new Error('The connection is gone.');
  };
  await expect(until(condition, { withinMs: 10, everyMs: 1, signal: never })).rejects.toThrow(
    'The connection is gone.',
  );
});
