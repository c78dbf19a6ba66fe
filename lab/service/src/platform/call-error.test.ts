import { expect, test } from 'vitest';
import { parseRetryAfter } from './call-error.ts';

const NOW_MS = Date.parse('2026-11-21T09:00:00Z');

test.each([
  ['120', 120_000],
  ['0', 0],
  ['Sat, 21 Nov 2026 09:00:30 GMT', 30_000],
  ['Sat, 21 Nov 2026 08:00:00 GMT', 0],
])('Retry-After: %s is %i ms from now', (header, expected) => {
  expect(parseRetryAfter(header, NOW_MS)).toBe(expected);
});

test.each([null, '', 'soon', '-1'])('Retry-After: %j says nothing', (header) => {
  expect(parseRetryAfter(header, NOW_MS)).toBeUndefined();
});
