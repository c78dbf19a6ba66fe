import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

const ids = ['cache-stale-price', 'job-lost', 'limit-burst'];

test.each([
  ['cache-stale-pirce', 'cache-stale-price'],
  ['stale-price', 'cache-stale-price'],
  ['cache-stale', 'cache-stale-price'],
  ['CACHE-STALE-PRICE', 'cache-stale-price'],
  ['job-lots', 'job-lost'],
  ['kettle', null],
  ['x', null],
])('%s is taken for %s', (given, expected) => {
  expect(suggest(given, ids)).toBe(expected);
});
