import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStoreGuard, StoreAwayError } from './store-guard.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const works = async () => 'answer';
const hangs = () => new Promise<never>(() => {});
const fails = async () => {
  throw new Error('connection refused');
};

function guardWithStore() {
  const store = { answer: fails as () => Promise<unknown>, probes: 0 };
  const changes: string[] = [];
  const guard = createStoreGuard({
    probe: () => {
      store.probes += 1;
      return store.answer();
    },
    onAway: (error) => changes.push(`away: ${(error as Error).message}`),
    onBack: () => changes.push('back'),
    timeoutMs: 50,
    now: () => Date.now(),
  });
  const failTimes = async (count: number) => {
    for (let index = 0; index < count; index += 1) await guard.run(fails).catch(() => {});
  };
  return { store, changes, guard, failTimes };
}

test('answers pass through, and so do errors', async () => {
  const { guard, changes } = guardWithStore();
  await expect(guard.run(works)).resolves.toBe('answer');
  await expect(guard.run(fails)).rejects.toThrow('connection refused');
  expect(changes).toEqual([]);
});

test('a question that hangs is given up after 50 ms', async () => {
  const { guard } = guardWithStore();
  const outcome = expect(guard.run(hangs)).rejects.toThrow('did not answer within 50 ms');
  // One more, for the sockets to be read.
  await vi.advanceTimersByTimeAsync(51);
  await outcome;
});

test('two failures are no outage; the third in a row is, and is reported once', async () => {
  const { guard, changes, failTimes } = guardWithStore();
  await failTimes(2);
  await guard.run(works);
  await failTimes(2);
  expect(changes).toEqual([]);
  await failTimes(10);
  expect(changes).toEqual(['away: connection refused']);
});

test('during an outage nothing is sent and nobody waits', async () => {
  const { guard, failTimes } = guardWithStore();
  await failTimes(3);
  const operation = vi.fn(hangs);
  for (let index = 0; index < 100; index += 1) {
    await expect(guard.run(operation)).rejects.toBeInstanceOf(StoreAwayError);
  }
  expect(operation).not.toHaveBeenCalled();
});

test('the store is asked every 250 ms, one question at a time', async () => {
  const { store, guard, failTimes } = guardWithStore();
  store.answer = hangs;
  await failTimes(3);
  for (let ms = 0; ms < 1_000; ms += 10) {
    await vi.advanceTimersByTimeAsync(10);
    await guard.run(works).catch(() => {});
  }
  // Each of them takes its 50 ms, and the pause starts after them.
  expect(store.probes).toBe(3);
});

test('when a probe is answered, requests are asked again', async () => {
  const { store, changes, guard, failTimes } = guardWithStore();
  await failTimes(3);
  store.answer = works;
  await vi.advanceTimersByTimeAsync(250);
  await expect(guard.run(works)).rejects.toBeInstanceOf(StoreAwayError);
  await vi.advanceTimersByTimeAsync(1);
  await expect(guard.run(works)).resolves.toBe('answer');
  expect(changes).toEqual(['away: connection refused', 'back']);
});
