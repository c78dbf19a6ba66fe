import { expect, test } from 'vitest';
import { createLimitsOfPlan, DEFAULT_PLANS, limitsOfRates, plansSchema } from './plans.ts';

const limitsOf = createLimitsOfPlan(DEFAULT_PLANS, { leaseMs: 20_000 });

test.each([
  ['free', 60, 10, 1_000],
  ['pro', 600, 100, 20_000],
  ['enterprise', 6_000, 1_000, 200_000],
])('the plan %s is %i a minute with a burst of %i, and %i an hour', (plan, perMinute, burst, perHour) => {
  expect(limitsOf(plan, 'read')).toEqual([
    { kind: 'bucket', name: 'plan-1m', limit: perMinute, windowMs: 60_000, burst },
    { kind: 'window', name: 'plan-1h', limit: perHour, windowMs: 3_600_000 },
  ]);
});

test('a search counts for the plan like the rest, and takes a slot', () => {
  expect(limitsOf('free', 'search')).toEqual([
    ...limitsOf('free', 'read'),
    { kind: 'slots', name: 'search-concurrency', limit: 5, leaseMs: 20_000 },
  ]);
});

test('the same question has the same list, so that refusals can be remembered', () => {
  expect(limitsOf('free', 'read')).toBe(limitsOf('free', 'read'));
});

test('a plan that is not listed is limited like the first', () => {
  expect(limitsOf('platinum', 'read')).toBe(limitsOf('free', 'read'));
});

test('limits of a class have names of their own', () => {
  const plans = plansSchema.parse({
    free: {
      limits: [{ limit: 4, windowMs: 4_000, burst: 2 }],
      classes: { write: { limits: [{ limit: 1, windowMs: 250 }] } },
    },
  });
  const names = createLimitsOfPlan(plans, { leaseMs: 1_000 })('free', 'write').map(({ name }) => name);
  expect(names).toEqual(['plan-4s', 'write-250ms']);
});

test.each([
  [86_400_000, '1d'],
  [7_200_000, '2h'],
  [90_000, '90s'],
  [1_500, '1500ms'],
])('a window of %i ms is called %s', (windowMs, name) => {
  expect(limitsOfRates('plan', [{ limit: 1, windowMs }])[0]?.name).toBe(`plan-${name}`);
});

test.each([
  ['no plan', {}],
  ['a burst over the limit', { free: { limits: [{ limit: 5, windowMs: 1_000, burst: 6 }] } }],
  [
    'a window twice',
    {
      free: {
        limits: [
          { limit: 5, windowMs: 1_000 },
          { limit: 4, windowMs: 1_000, burst: 1 },
        ],
      },
    },
  ],
  [
    'other windows',
    { free: { limits: [{ limit: 5, windowMs: 1_000 }] }, pro: { limits: [{ limit: 5, windowMs: 2_000 }] } },
  ],
  ['an unknown class', { free: { limits: [], classes: { login: { concurrent: 1 } } } }],
  ['a fraction', { free: { limits: [{ limit: 0.5, windowMs: 1_000 }] } }],
])('plans with %s are refused', (_name, plans) => {
  expect(plansSchema.safeParse(plans).success).toBe(false);
});
