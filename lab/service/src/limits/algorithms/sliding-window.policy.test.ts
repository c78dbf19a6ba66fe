import { expect, test } from 'vitest';
import { seededRandom } from '../testing/seeded-random.ts';
import { countInWindow, type WindowState } from './sliding-window.ts';

const START_MS = 1_790_000_000_123;

function window(policy: { limit: number; windowMs: number }) {
  let state: WindowState | undefined;
  return (atMs: number, cost = 1) => {
    const { state: next, ...taken } = countInWindow(policy, state, { nowMs: START_MS + atMs, cost });
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

test.each([60_000, 1_000, 100, 3_600_000])(
  'of a flood, any window of %i ms lets exactly the limit through',
  (windowMs) => {
    const ask = window({ limit: 50, windowMs });
    const accepted: number[] = [];
    const stepMs = Math.ceil(windowMs / 500);
    for (let atMs = 0; atMs < 6 * windowMs; atMs += stepMs) if (ask(atMs).allowed) accepted.push(atMs);
    expect(mostInAnyWindow(accepted, windowMs)).toBe(50);
    // Six windows, each up to a slot late.
    expect(accepted.length).toBeGreaterThanOrEqual(250);
  },
);

test('the end of one window and the start of the next are one window as well', () => {
  const ask = window({ limit: 100, windowMs: 60_000 });
  for (let index = 0; index < 100; index += 1) expect(ask(59_000).allowed).toBe(true);
  expect(ask(59_999).allowed).toBe(false);
  expect(ask(60_001).allowed).toBe(false);
  expect(ask(118_000).allowed).toBe(false);
});

test('random traffic never gets more than the limit in any window', () => {
  const random = seededRandom(21);
  for (let round = 0; round < 50; round += 1) {
    const policy = { limit: random.integer(1, 60), windowMs: random.integer(100, 5_000) };
    const ask = window(policy);
    const accepted: number[] = [];
    let atMs = 0;
    for (let step = 0; step < 2_000; step += 1) {
      atMs += random.pick([0, 0, 1, 2, random.integer(0, policy.windowMs / 4)]);
      if (ask(atMs).allowed) accepted.push(atMs);
    }
    expect(mostInAnyWindow(accepted, policy.windowMs)).toBeLessThanOrEqual(policy.limit);
  }
});

test('a caller who is steady at nine tenths of the limit is never refused', () => {
  const ask = window({ limit: 100, windowMs: 60_000 });
  for (let atMs = 0; atMs < 600_000; atMs += 667) expect(ask(atMs).allowed).toBe(true);
});

test('requests of the same instant count one by one', () => {
  const ask = window({ limit: 5, windowMs: 1_000 });
  expect(Array.from({ length: 7 }, () => ask(0).remaining)).toEqual([4, 3, 2, 1, 0, 0, 0]);
});

test('refused requests do not count', () => {
  const ask = window({ limit: 5, windowMs: 6_000 });
  ask(0, 5);
  for (let atMs = 0; atMs < 6_000; atMs += 10) expect(ask(atMs).allowed).toBe(false);
  expect(ask(6_200).allowed).toBe(true);
});

test('a caller who waits exactly as long as it is told is accepted', () => {
  const random = seededRandom(22);
  for (let round = 0; round < 300; round += 1) {
    const ask = window({ limit: random.integer(1, 30), windowMs: random.integer(100, 9_999) });
    let atMs = 0;
    let taken = ask(atMs);
    while (taken.allowed) {
      atMs += random.integer(0, 3);
      taken = ask(atMs);
    }
    expect(taken.moreInMs).toBe(taken.retryAfterMs);
    expect(ask(atMs + taken.retryAfterMs - 1).allowed).toBe(false);
    expect(ask(atMs + taken.retryAfterMs).allowed).toBe(true);
  }
});

test('what costs more than the limit is never accepted', () => {
  expect(window({ limit: 5, windowMs: 1_000 })(0, 6)).toMatchObject({
    allowed: false,
    remaining: 5,
    retryAfterMs: Number.POSITIVE_INFINITY,
  });
});

test('an hour needs no more than 61 numbers, and is forgotten within two', () => {
  let state: WindowState | undefined;
  for (let atMs = 0; atMs < 7_200_000; atMs += 20_000) {
    const taken = countInWindow({ limit: 1_000, windowMs: 3_600_000 }, state, { nowMs: START_MS + atMs, cost: 1 });
    state = taken.state;
    expect(taken.ttlMs).toBeLessThanOrEqual(2 * 3_600_000);
  }
  expect(state?.slots.length).toBe(61);
});
