import { expect, test } from 'vitest';
import type { Limit } from '../algorithms/limit.ts';
import type { LimitOutcome } from '../store/limit-store.ts';
import { limitHeaders } from './limit-headers.ts';

const BUCKET: Limit = { kind: 'bucket', name: 'plan-1m', limit: 60, windowMs: 60_000, burst: 10 };
const WINDOW: Limit = { kind: 'window', name: 'plan-1h', limit: 1_000, windowMs: 3_600_000 };
const SLOTS: Limit = { kind: 'slots', name: 'search-concurrency', limit: 5, leaseMs: 20_000 };

const accepted = (limit: Limit, remaining: number, moreInMs: number): LimitOutcome => {
  return { limit, allowed: true, remaining, retryAfterMs: 0, moreInMs };
};
const refused = (limit: Limit, retryAfterMs: number): LimitOutcome => {
  return { limit, allowed: false, remaining: 0, retryAfterMs, moreInMs: retryAfterMs };
};
const headersOf = (...outcomes: LimitOutcome[]) => {
  const allowed = outcomes.every((outcome) => outcome.allowed);
  return limitHeaders({ allowed, outcomes, source: 'store', release() {} });
};

test('an accepted request is told all policies, what is left of each, and the nearest in the classic headers', () => {
  expect(headersOf(accepted(BUCKET, 9, 400), accepted(WINDOW, 999, 3_659_001), accepted(SLOTS, 4, 1_000))).toEqual({
    'RateLimit-Policy':
      '"plan-1m";q=60;w=60;shelfwise-burst=10, "plan-1h";q=1000;w=3600, "search-concurrency";q=5;qu="concurrent-requests"',
    RateLimit: '"plan-1m";r=9;t=1, "plan-1h";r=999;t=3660, "search-concurrency";r=4;t=1',
    'X-RateLimit-Limit': '60',
    'X-RateLimit-Remaining': '9',
    'X-RateLimit-Reset': '1',
  });
});

test('a refused request is told one wait, in all headers the same', () => {
  expect(headersOf(refused(BUCKET, 1_001), refused(WINDOW, 300_500), accepted(SLOTS, 4, 1_000))).toMatchObject({
    RateLimit: '"plan-1h";r=0;t=301',
    'X-RateLimit-Limit': '1000',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': '301',
    'Retry-After': '301',
  });
});

test.each([1, 999, 1_000])('a wait of %i ms is given as one second, never as none', (ms) => {
  expect(headersOf(refused(BUCKET, ms))).toMatchObject({ 'Retry-After': '1', RateLimit: '"plan-1m";r=0;t=1' });
});

test('windows shorter than a second are given as one: the headers have whole seconds only', () => {
  expect(headersOf(accepted({ ...WINDOW, name: 'plan-500ms', windowMs: 500 }, 3, 20))['RateLimit-Policy']).toBe(
    '"plan-500ms";q=1000;w=1',
  );
});

test('where there are no limits there are no headers', () => {
  expect(headersOf()).toEqual({});
});
