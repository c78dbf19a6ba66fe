import * as z from 'zod';
import type { Limit } from './algorithms/limit.ts';
import type { RouteClass } from './http/route-classes.ts';

const DAY_MS = 86_400_000;

const rateSchema = z
  .strictObject({
    limit: z.int().min(1).max(1_000_000),
    windowMs: z.int().min(100).max(DAY_MS),
    burst: z.int().min(1).optional(),
  })
  .refine(({ limit, burst = 1 }) => burst <= limit, 'a burst of the limit at most');

/** Limits of requests in time. With `burst` one is a token bucket, without it a sliding window. */
export const ratesSchema = z
  .array(rateSchema)
  .max(4)
  .refine((rates) => new Set(rates.map(({ windowMs }) => windowMs)).size === rates.length, 'each windowMs once');

const classSchema = z.strictObject({
  limits: ratesSchema.default([]),
  /** Requests of a tenant that may be under way at the same time. */
  concurrent: z.int().min(1).max(10_000).optional(),
});

const planSchema = z.strictObject({
  /** Of the tenant, whatever it asks for. */
  limits: ratesSchema,
  /** Further limits, of one class of routes. */
  classes: z.partialRecord(z.enum(['read', 'write', 'search']), classSchema).default({}),
});

/**
 * By name; the first is also for tenants whose plan is not listed. The counters of a tenant outlive a change of plan,
 * so that nobody gets a second quota by changing it. For that the windows have to be the same ones.
 */
export const plansSchema = z
  .record(z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a name in lower case'), planSchema)
  .refine((plans) => Object.keys(plans).length > 0, 'at least one plan')
  .refine((plans) => new Set(Object.values(plans).map(shapeOf)).size <= 1, 'the same windows in all plans');

export type Rates = z.output<typeof ratesSchema>;
export type Plan = z.output<typeof planSchema>;
export type Plans = z.output<typeof plansSchema>;

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export const DEFAULT_PLANS: Plans = {
  free: plan({ perMinute: 60, burst: 10, perHour: 1_000, searches: 5 }),
  pro: plan({ perMinute: 600, burst: 100, perHour: 20_000, searches: 20 }),
  enterprise: plan({ perMinute: 6_000, burst: 1_000, perHour: 200_000, searches: 100 }),
};

/** The limits of a plan for a class of routes: always the same list for the same two. */
export type LimitsOfPlan = (plan: string, routeClass: RouteClass) => readonly Limit[];

export function createLimitsOfPlan(plans: Plans, { leaseMs }: { leaseMs: number }): LimitsOfPlan {
  const known = new Map(Object.entries(plans).map(([name, one]) => [name, limitsByClass(one, leaseMs)]));
  const [fallback] = known.values();
  if (!fallback) throw new Error('There is no plan.');
  return (name, routeClass) => (known.get(name) ?? fallback)[routeClass];
}

/** Named by what they are about and how long: `plan-1m`, `search-1h`. */
export function limitsOfRates(about: string, rates: Rates): Limit[] {
  return rates.map(({ limit, windowMs, burst }) => {
    const name = `${about}-${durationName(windowMs)}`;
    return burst === undefined
      ? { kind: 'window', name, limit, windowMs }
      : { kind: 'bucket', name, limit, windowMs, burst };
  });
}

function limitsByClass({ limits, classes }: Plan, leaseMs: number): Record<RouteClass, readonly Limit[]> {
  const ofTenant = limitsOfRates('plan', limits);
  const ofClass = (name: 'read' | 'write' | 'search'): readonly Limit[] => {
    const { limits: rates = [], concurrent } = classes[name] ?? {};
    const slots: Limit[] =
      concurrent === undefined ? [] : [{ kind: 'slots', name: `${name}-concurrency`, limit: concurrent, leaseMs }];
    return [...ofTenant, ...limitsOfRates(name, rates), ...slots];
  };
  return { read: ofClass('read'), write: ofClass('write'), search: ofClass('search'), login: [] };
}

function shapeOf({ limits }: Plan): string {
  return JSON.stringify(limits.map(({ windowMs, burst }) => [windowMs, burst !== undefined]));
}

function durationName(ms: number): string {
  for (const [unit, unitMs] of [
    ['d', DAY_MS],
    ['h', HOUR_MS],
    ['m', MINUTE_MS],
    ['s', 1_000],
  ] as const) {
    if (ms % unitMs === 0) return `${ms / unitMs}${unit}`;
  }
  return `${ms}ms`;
}

interface PlanFigures {
  readonly perMinute: number;
  readonly burst: number;
  readonly perHour: number;
  readonly searches: number;
}

function plan({ perMinute, burst, perHour, searches }: PlanFigures): Plan {
  return {
    limits: [
      { limit: perMinute, windowMs: MINUTE_MS, burst },
      { limit: perHour, windowMs: HOUR_MS },
    ],
    classes: { search: { limits: [], concurrent: searches } },
  };
}
