import { expect, test } from 'vitest';
import type { Limit } from '../algorithms/limit.ts';
import { createLocalCeiling } from './local-ceiling.ts';

const PLAN: readonly Limit[] = [
  { kind: 'bucket', name: 'plan-1m', limit: 60, windowMs: 60_000, burst: 30 },
  { kind: 'window', name: 'plan-1h', limit: 300, windowMs: 3_600_000 },
];
const TENANT = { scope: 'tenant', id: 'a' } as const;

function ceilingWithClock() {
  const clock = { nowMs: 0 };
  const ceiling = createLocalCeiling({ processes: 3, factor: 2, now: () => clock.nowMs });
  const accepted = (times: number, subject: { scope: 'tenant'; id: string } = TENANT) =>
    Array.from({ length: times }, () => ceiling.decide(subject, PLAN)).filter((all) => all.every((one) => one.allowed))
      .length;
  return { clock, ceiling, accepted };
}

test('a process lets through two thirds of the plan: three of them twice the plan', () => {
  const { clock, accepted } = ceilingWithClock();
  expect(accepted(100)).toBe(20);
  clock.nowMs = 60_000;
  expect(accepted(100)).toBe(20);
});

test('the limit of the hour holds as well', () => {
  const { clock, accepted } = ceilingWithClock();
  let total = 0;
  for (let second = 0; second < 3_600; second += 10) {
    clock.nowMs = second * 1_000;
    total += accepted(100);
  }
  // A bucket of 200 that refills by 200 in an hour.
  expect(total).toBeGreaterThanOrEqual(395);
  expect(total).toBeLessThanOrEqual(400);
});

test('tenants do not share a ceiling', () => {
  const { accepted } = ceilingWithClock();
  expect(accepted(100)).toBe(20);
  expect(accepted(100, { scope: 'tenant', id: 'b' })).toBe(20);
});

test('outcomes name the limits of the plan, and what a caller has to wait', () => {
  const { ceiling, accepted } = ceilingWithClock();
  accepted(20);
  expect(ceiling.decide(TENANT, PLAN)).toEqual([
    { limit: PLAN[0], allowed: false, remaining: 0, retryAfterMs: 1_500, moreInMs: 1_500 },
    expect.objectContaining({ limit: PLAN[1], allowed: true, retryAfterMs: 0 }),
  ]);
});

test('slots are not counted', () => {
  const { ceiling } = ceilingWithClock();
  expect(ceiling.decide(TENANT, [{ kind: 'slots', name: 'search-concurrency', limit: 1, leaseMs: 1_000 }])).toEqual([]);
});
