import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

const take = (seed: number) => {
  const random = createRandom(seed);
  return Array.from({ length: 10_000 }, random);
};

test('the same seed gives the same numbers, another one others', () => {
  expect(take(7)).toEqual(take(7));
  expect(take(7)).not.toEqual(take(8));
});

test('numbers are in [0, 1) and fall evenly', () => {
  const numbers = take(1);
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
  expect(numbers.filter((number) => number < 0.2).length / numbers.length).toBeCloseTo(0.2, 1);
});
