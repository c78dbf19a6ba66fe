import { expect, test } from 'vitest';
import { createRandom, deriveSeed } from './random.ts';

const numbers = Array.from({ length: 50 }, (_, index) => index);

test('the same seed gives the same run of numbers, picks and orders', () => {
  const sequence = (seed: number) => {
    const random = createRandom(seed);
    return numbers.map(() => [random.next(), random.integer(1, 6), random.pick(numbers), random.shuffle(numbers)]);
  };
  expect(sequence(42)).toEqual(sequence(42));
  expect(sequence(42)).not.toEqual(sequence(43));
});

test('a seed gives the numbers that it has always given, so that an old run can be made again', () => {
  const random = createRandom(1);
  expect([random.next(), random.next(), random.next()]).toEqual([
    0.6270739405881613, 0.002735721180215478, 0.5274470399599522,
  ]);
});

test('numbers lie in [0, 1) and spread evenly', () => {
  const random = createRandom(7);
  const drawn = Array.from({ length: 4_000 }, () => random.next());
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...drawn)).toBeLessThan(1);
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  expect(mean).toBeCloseTo(0.5, 1);
});

test('whole numbers reach both ends and nothing beyond', () => {
  const random = createRandom(7);
  const drawn = new Set(Array.from({ length: 400 }, () => random.integer(-1, 3)));
  expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3]);
  expect(random.integer(5, 5)).toBe(5);
});

test('every item can be picked, and an empty list has none', () => {
  const random = createRandom(7);
  expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
  expect(() => random.pick([])).toThrow('Cannot pick from an empty list.');
});

test('a shuffle is a permutation and leaves the list as it was', () => {
  const random = createRandom(7);
  const shuffled = random.shuffle(numbers);
  expect(shuffled).not.toEqual(numbers);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(numbers);
  expect(numbers[0]).toBe(0);
  expect(random.shuffle([])).toEqual([]);
});

test('every order of three is reached', () => {
  const random = createRandom(7);
  const seen = new Set(Array.from({ length: 200 }, () => random.shuffle(['a', 'b', 'c']).join('')));
  expect(seen.size).toBe(6);
});

test('a derived seed depends on the seed and on the name, and on nothing else', () => {
  expect(deriveSeed(1, 'late-fill#1')).toBe(deriveSeed(1, 'late-fill#1'));
  const derived = [deriveSeed(1, 'late-fill#1'), deriveSeed(1, 'late-fill#2'), deriveSeed(2, 'late-fill#1')];
  expect(new Set(derived).size).toBe(3);
  expect(derived.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).toBe(true);
});
