import { expect, test } from 'vitest';
import { operation } from '../../../testing/evidence.ts';
import { chooseOperations, dotsMax, thinned } from './choose-operations.ts';

test('of too many operations those stay that findings name, and those that failed', () => {
  const history = Array.from({ length: 5 * dotsMax }, (_item, index) =>
    operation({ id: index + 1, outcome: index % 50 === 0 ? 'unknown' : 'ok' }),
  );
  const named = new Set([7, 4_321]);
  const { shown, leftOut } = chooseOperations(history, named);
  expect(shown).toHaveLength(dotsMax);
  expect(leftOut).toBe(4 * dotsMax);
  expect(shown.filter(({ id }) => named.has(id))).toHaveLength(2);
  expect(shown.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(history.length / 50);
  expect(shown.map(({ id }) => id)).toEqual(shown.map(({ id }) => id).sort((one, other) => one - other));
});

test('few operations are all shown', () => {
  expect(chooseOperations([operation()], new Set())).toEqual({ shown: [operation()], leftOut: 0 });
});

test.each([
  [10, 10],
  [10, 4],
  [1_000, 999],
  [3, 0],
])('%i items are thinned to %i, evenly', (count, max) => {
  const kept = thinned(
    Array.from({ length: count }, (_item, index) => index),
    max,
  );
  expect(kept).toHaveLength(Math.min(count, max));
  const steps = kept.slice(1).map((item, index) => item - (kept[index] ?? 0));
  expect(Math.max(...steps, 1) - Math.min(...steps, Math.max(...steps, 1))).toBeLessThanOrEqual(1);
});
