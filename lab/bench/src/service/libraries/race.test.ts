import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { behindFastest, type Contender, race, throughput } from './race.ts';

const { signal } = new AbortController();

function contender(name: string, results: readonly number[], order: string[]): Contender {
  const left = [...results];
  return {
    name,
    round: async () => {
      order.push(name);
      return left.shift() ?? 0;
    },
    async [Symbol.asyncDispose]() {},
  };
}

test('all take turns, each begins once in a while, and the median counts without the first round', async () => {
  const order: string[] = [];
  const results = await race(
    [contender('own', [999, 1, 2, 3, 4, 5], order), contender('library', [0, 9, 8, 7, 6, 5], order)],
    { signal, restMs: 0 },
  );
  expect(results).toEqual({ own: 3, library: 7 });
  expect(order.slice(0, 4)).toEqual(['own', 'library', 'library', 'own']);
});

test('the first one is held against the fastest', () => {
  expect(behindFastest({ own: 100, library: 110 })).toBeCloseTo(1.1);
  expect(behindFastest({ own: 100, library: 50, other: 20 })).toBe(1);
});

test('work is counted for a time, and so many are under way at once', async () => {
  let [under, most] = [0, 0];
  const operation = async () => {
    under += 1;
    most = Math.max(most, under);
    await setImmediate();
    under -= 1;
  };
  expect(await throughput(operation, { durationMs: 20, atOnce: 4 })).toBeGreaterThan(0);
  expect(most).toBe(4);
});

test('an interrupted race throws', async () => {
  await expect(race([contender('own', [1], [])], { signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow(
    'stopped',
  );
});
