import { expect, test } from 'vitest';
import { decide, type LimitState } from './decide.ts';
import type { Limit } from './limit.ts';

const BUCKET: Limit = { kind: 'bucket', name: 'plan-1m', limit: 60, windowMs: 60_000, burst: 10 };
const WINDOW: Limit = { kind: 'window', name: 'plan-1h', limit: 4, windowMs: 3_600_000 };
const SLOTS: Limit = { kind: 'slots', name: 'search-concurrency', limit: 2, leaseMs: 20_000 };

/** One subject with these limits; returns what decide says. */
function subject(limits: readonly Limit[]) {
  let states: readonly (LimitState | undefined)[] = [];
  return (nowMs: number, cost = 1) => {
    const decided = decide(
      limits.map((limit, index) => ({ limit, state: states[index] })),
      { nowMs, cost },
    );
    states = decided.results.map(({ taken }) => taken.state);
    return { allowed: decided.allowed, outcomes: decided.results.map(({ taken }) => taken) };
  };
}

test('a request that one limit refuses is charged to none', () => {
  const ask = subject([BUCKET, WINDOW]);
  for (let index = 0; index < 4; index += 1) expect(ask(0).allowed).toBe(true);
  for (let index = 0; index < 20; index += 1) {
    const { allowed, outcomes } = ask(0);
    expect(allowed).toBe(false);
    expect(outcomes).toMatchObject([
      { allowed: true, remaining: 6, retryAfterMs: 0 },
      { allowed: false, remaining: 0 },
    ]);
  }
});

test('slots are taken until the limit, and become free when their lease ends', () => {
  const ask = subject([SLOTS]);
  expect(ask(0).allowed).toBe(true);
  expect(ask(5_000).allowed).toBe(true);
  expect(ask(6_000)).toMatchObject({ allowed: false, outcomes: [{ remaining: 0, retryAfterMs: 1_000 }] });
  expect(ask(19_999).allowed).toBe(false);
  expect(ask(20_000)).toMatchObject({ allowed: true, outcomes: [{ remaining: 0 }] });
});

test('a slot that would be free is not taken by a request that another limit refuses', () => {
  const ask = subject([{ ...BUCKET, burst: 1 }, SLOTS]);
  expect(ask(0).allowed).toBe(true);
  for (let index = 0; index < 5; index += 1) {
    expect(ask(0)).toMatchObject({ allowed: false, outcomes: [{}, { allowed: true, remaining: 1 }] });
  }
});

test('no limits allow everything', () => {
  expect(subject([])(0)).toEqual({ allowed: true, outcomes: [] });
});
