import { expect, test } from 'vitest';
import { TryLaterError } from './migration-errors.ts';
import { createPatience } from './patience.ts';

function setUp(patienceMs: number, attemptMs = 0) {
  const clock = { ms: 0, pauses: [] as number[] };
  const patience = createPatience({
    patienceMs,
    random: () => 0.5,
    nowMs: () => clock.ms,
    async pause(ms) {
      clock.pauses.push(ms);
      clock.ms += ms;
    },
  });
  const failing = (times: number) => async () => {
    clock.ms += attemptMs;
    times -= 1;
    return times < 0;
  };
  return { clock, patience, failing };
}

test('pauses grow up to a limit', async () => {
  const { clock, patience, failing } = setUp(60_000);
  await patience.until('Busy.', failing(6));
  expect(clock.pauses).toEqual([200, 400, 800, 1_600, 3_000, 3_000]);
});

test('pauses differ by half up and down', async () => {
  const waits = await Promise.all(
    [0, 0.999].map(async (random) => {
      const pauses: number[] = [];
      const pause = async (ms: number) => pauses.push(ms);
      const patience = createPatience({ patienceMs: 60_000, random: () => random, nowMs: () => 0, pause });
      let left = 1;
      await patience.until('Busy.', async () => left-- <= 0);
      return Math.round(pauses[0] ?? 0);
    }),
  );
  expect(waits).toEqual([100, 300]);
});

test('it ends with the reason, after attempts and pauses together took as long as allowed', async () => {
  const { clock, patience, failing } = setUp(10_000, 500);
  await expect(patience.until('Busy.', failing(99))).rejects.toThrow(new TryLaterError('Busy. Try again later.'));
  expect(clock.ms).toBeLessThanOrEqual(10_500);
});

test('what one wait has used up, the next one lacks; a success costs nothing', async () => {
  const { patience, failing } = setUp(1_000, 5_000);
  await patience.until('Busy.', failing(0));
  expect(patience.leftMs()).toBe(1_000);
  await expect(patience.until('Busy.', failing(1))).rejects.toThrow(TryLaterError);
});

test('the last attempt is made under the same limits as the first: without patience there is one', async () => {
  const { patience } = setUp(0);
  let attempts = 0;
  const attempt = async () => {
    attempts += 1;
    return false;
  };
  await expect(patience.until('Busy.', attempt)).rejects.toThrow(TryLaterError);
  expect(attempts).toBe(1);
});

test('a signal ends the waiting', async () => {
  const stopping = new AbortController();
  const patience = createPatience({ patienceMs: 60_000, signal: stopping.signal });
  const waiting = patience.until('Busy.', async () => false);
  stopping.abort();
  await expect(waiting).rejects.toThrow(new TryLaterError('The run was told to stop.'));
});
