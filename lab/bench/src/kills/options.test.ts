import { UsageError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

const newSeed = () => 0.5;

test('a hundred rounds of a new seed are the default', () => {
  expect(readOptions([], newSeed)).toEqual({
    count: 100,
    seed: 1_073_741_823,
    round: null,
    scenario: null,
    json: false,
  });
});

test('options are read', () => {
  const argv = ['--count', '4', '--seed', '0', '--round', '17', '--scenario', 'cache-stale-price', '--json'];
  expect(readOptions(argv, newSeed)).toEqual({
    count: 4,
    seed: 0,
    round: 17,
    scenario: 'cache-stale-price',
    json: true,
  });
});

test.each([['--count', '0'], ['--seed', 'x'], ['--round', '-1'], ['--speed'], ['four']])(
  '%s %s is refused',
  (...argv) => {
    expect(() => readOptions(argv, newSeed)).toThrow(UsageError);
  },
);
