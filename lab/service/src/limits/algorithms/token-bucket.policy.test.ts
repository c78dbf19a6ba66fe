import { expect, test } from 'vitest';
import { seededRandom } from '../testing/seeded-random.ts';
import { type BucketState, takeTokens } from './token-bucket.ts';

const FREE = { limit: 60, windowMs: 60_000, burst: 10 };
const START_MS = 1_790_000_000_000;

/** One bucket that is asked again and again; returns what takeTokens says. */
function bucket(policy: typeof FREE) {
  let state: BucketState | undefined;
  return (atMs: number, cost = 1) => {
    const { state: next, ...taken } = takeTokens(policy, state, { nowMs: START_MS + atMs, cost });
    state = next;
    return taken;
  };
}

function mostInAnyWindow(acceptedAtMs: readonly number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  for (const [index, atMs] of acceptedAtMs.entries()) {
    while ((acceptedAtMs[first] ?? 0) < atMs - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

test('a full bucket lets its burst through at once, then one more each second', () => {
  const ask = bucket(FREE);
  const first = Array.from({ length: 12 }, () => ask(0));
  expect(first.map(({ remaining }) => remaining)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0, 0]);
  expect(first.map(({ allowed }) => allowed).lastIndexOf(true)).toBe(9);
  expect(first[11]).toMatchObject({ allowed: false, retryAfterMs: 1_000, moreInMs: 1_000 });
  expect(ask(999)).toMatchObject({ allowed: false, retryAfterMs: 1 });
  expect(ask(1_000)).toMatchObject({ allowed: true, remaining: 0 });
});

test.each([
  [60, 60_000, 10],
  [7, 1_000, 3],
  [600, 60_000, 100],
  [1, 500, 1],
])(
  '%i in %i ms with burst %i: in any window at most both together are accepted, and under a flood all of it',
  (limit, windowMs, burst) => {
    const ask = bucket({ limit, windowMs, burst });
    const accepted: number[] = [];
    for (let atMs = 0; atMs < 5 * windowMs; atMs += 1) {
      for (let times = 0; times < 3; times += 1) if (ask(atMs).allowed) accepted.push(atMs);
    }
    expect(mostInAnyWindow(accepted, windowMs)).toBeLessThanOrEqual(limit + burst);
    expect(accepted.length).toBeGreaterThanOrEqual(burst + 5 * limit - 1);
  },
);

test('random traffic never gets more than limit and burst in any window', () => {
  const random = seededRandom(11);
  for (let round = 0; round < 50; round += 1) {
    const policy = { limit: random.integer(1, 40), windowMs: random.integer(100, 3_000), burst: random.integer(1, 40) };
    const ask = bucket(policy);
    const accepted: number[] = [];
    let atMs = 0;
    for (let step = 0; step < 2_000; step += 1) {
      atMs += random.pick([0, 0, 0, 1, 3, random.integer(0, policy.windowMs)]);
      if (ask(atMs).allowed) accepted.push(atMs);
    }
    expect(mostInAnyWindow(accepted, policy.windowMs)).toBeLessThanOrEqual(policy.limit + policy.burst);
  }
});

test('a caller who is steady at nine tenths of the limit is never refused, whatever the fraction of a token it takes', () => {
  // Half a request per second, asked for every 2.2 s: with tokens rounded down this would run dry.
  const ask = bucket({ limit: 1, windowMs: 2_000, burst: 1 });
  for (let atMs = 0; atMs < 300_000; atMs += 2_223) expect(ask(atMs)).toMatchObject({ allowed: true });
});

test('a caller who waits exactly as long as it is told is accepted', () => {
  const random = seededRandom(12);
  for (let round = 0; round < 300; round += 1) {
    const ask = bucket({
      limit: random.integer(1, 99),
      windowMs: random.integer(100, 9_999),
      burst: random.integer(1, 9),
    });
    let atMs = 0;
    let taken = ask(atMs);
    while (taken.allowed) taken = ask(atMs);
    atMs += taken.retryAfterMs;
    expect(ask(atMs - 1).allowed).toBe(false);
    expect(ask(atMs).allowed).toBe(true);
  }
});

test('what costs more than the burst is never accepted, and takes nothing', () => {
  const ask = bucket(FREE);
  expect(ask(0, 11)).toMatchObject({ allowed: false, retryAfterMs: Number.POSITIVE_INFINITY, remaining: 10 });
  expect(ask(0, 10)).toMatchObject({ allowed: true, remaining: 0 });
});

test('refused requests take nothing', () => {
  const ask = bucket(FREE);
  ask(0, 10);
  for (let atMs = 0; atMs < 1_000; atMs += 1) expect(ask(atMs).allowed).toBe(false);
  expect(ask(1_000).allowed).toBe(true);
});

test('a clock that is set back gives nothing twice, and refilling goes on from there', () => {
  const ask = bucket(FREE);
  ask(100_000, 10);
  expect(ask(0).allowed).toBe(false);
  expect(ask(999).allowed).toBe(false);
  expect(ask(1_000).allowed).toBe(true);
});

test('a larger plan adds its difference and no second quota, and a smaller one starts with an empty bucket', () => {
  const small = takeTokens(FREE, undefined, { nowMs: START_MS, cost: 10 });
  const larger = takeTokens({ limit: 600, windowMs: 60_000, burst: 100 }, small.state, { nowMs: START_MS, cost: 0 });
  expect(larger.remaining).toBe(90);
  const spent = takeTokens({ limit: 600, windowMs: 60_000, burst: 100 }, undefined, { nowMs: START_MS, cost: 80 });
  const smaller = takeTokens(FREE, spent.state, { nowMs: START_MS, cost: 1 });
  expect(smaller).toMatchObject({ allowed: false, remaining: 0, retryAfterMs: 1_000 });
});

test('a state may be forgotten when the bucket is full again, not before', () => {
  const { ttlMs, state } = takeTokens(FREE, undefined, { nowMs: START_MS, cost: 3 });
  expect(ttlMs).toBe(3_000);
  expect(takeTokens(FREE, state, { nowMs: START_MS + 2_999, cost: 0 }).remaining).toBe(9);
  expect(takeTokens(FREE, state, { nowMs: START_MS + 3_000, cost: 0 })).toMatchObject({ remaining: 10, ttlMs: 0 });
});
