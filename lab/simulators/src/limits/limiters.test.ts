import { expect, test } from 'vitest';
import { mostInAnyWindow } from '../kernel/in-window.ts';
import { createRandom } from '../kernel/random.ts';
import { makeArrivals, type Pattern } from './arrivals.ts';
import { type Counting, limitRequests, passedAtMs } from './limit-requests.ts';
import { type Budget, boundOf, createLimiter, type LimiterName } from './limiters.ts';

const BUDGET: Budget = { limit: 30, windowMs: 2_000, burst: 10 };
const endMs = 4 * BUDGET.windowMs;
const limiters: readonly LimiterName[] = ['fixed', 'sliding', 'bucket', 'leaky'];

function stream(pattern: Pattern, perSecond: number, { replicas = 1, seed = 1 } = {}) {
  return makeArrivals({ pattern, perSecond, replicas, seed, endMs, limit: BUDGET.limit, windowMs: BUDGET.windowMs });
}

function mostPassed(limiter: LimiterName, arrivals: ReturnType<typeof stream>, counting: Counting = 'shared'): number {
  const handled = limitRequests(arrivals, { limiter, counting }, { ...BUDGET, endMs });
  return mostInAnyWindow(passedAtMs(handled, 'crawler'), BUDGET.windowMs);
}

test('around its edge a fixed window passes twice the limit, and the others keep to their bound', () => {
  const arrivals = stream('edge', 20);
  expect(limiters.map((limiter) => mostPassed(limiter, arrivals))).toEqual([60, 30, 36, 30]);
  // 40 come on each side of the edge, within 1.8 s: for the bucket its burst, and the 26 that such a time brings back.
  expect(arrivals.length).toBe(160);
});

test('of a flood a bucket passes the burst at once and the rate after it', () => {
  const passed = passedAtMs(
    limitRequests(stream('steady', 60), { limiter: 'bucket', counting: 'shared' }, { ...BUDGET, endMs }),
    'crawler',
  );
  const rate = BUDGET.limit / BUDGET.windowMs;
  for (const atMs of [0, 500, 1_000, 4_000, 7_999]) {
    const count = passed.filter((time) => time <= atMs).length;
    expect(count).toBeLessThanOrEqual(BUDGET.burst + rate * atMs);
  }
  expect(passed.length).toBe(BUDGET.burst + rate * endMs - 1);
});

test('no limiter ever passes more than its bound in any window, whatever comes', () => {
  const random = createRandom(17);
  const between = (min: number, max: number) => min + Math.floor(random.next() * (max - min + 1));
  for (let round = 0; round < 200; round += 1) {
    const budget = { limit: between(1, 60), windowMs: between(100, 4_000), burst: between(1, 40) };
    for (const name of limiters) {
      const ask = createLimiter(name, budget);
      const passed: number[] = [];
      let atMs = 0;
      for (let step = 0; step < 300; step += 1) {
        atMs += [0, 0, 0, 1, 3, between(0, budget.windowMs)][between(0, 5)] ?? 0;
        const answer = ask(atMs);
        if (answer.atMs < atMs) throw new Error(`${name} let a request through before it came.`);
        if (answer.outcome !== 'refused') passed.push(answer.atMs);
      }
      const most = mostInAnyWindow(passed, budget.windowMs);
      expect(most, `${name} ${JSON.stringify(budget)}`).toBeLessThanOrEqual(boundOf(name, budget));
    }
  }
});

test.each([1, 2, 3, 5])(
  'with %i replicas that count for themselves the limit is as many times as large',
  (replicas) => {
    const flood = stream('steady', 300, { replicas });
    expect(mostPassed('sliding', flood, 'local')).toBe(replicas * BUDGET.limit);
    expect(mostPassed('sliding', flood, 'shared')).toBe(BUDGET.limit);
  },
);

test('a leaky bucket makes those wait whom the others refuse', () => {
  const handled = limitRequests(stream('edge', 16), { limiter: 'leaky', counting: 'shared' }, { ...BUDGET, endMs });
  const waits = handled
    .filter(({ answer }) => answer.outcome === 'delayed')
    .map(({ atMs, answer }) => answer.atMs - atMs);
  // Whoever has the last of the places waits for all of the others: burst × window / limit.
  expect(Math.max(...waits)).toBeLessThanOrEqual(Math.ceil((BUDGET.burst * BUDGET.windowMs) / BUDGET.limit));
  expect(waits.length).toBeGreaterThan(10);
});

test('who keeps to a plan is refused beside a crawler only where all are counted together', () => {
  const arrivals = stream('two', 60, { replicas: 3 });
  const refused = (counting: Counting) =>
    limitRequests(arrivals, { limiter: 'sliding', counting }, { ...BUDGET, endMs }).filter(
      ({ client, answer }) => client === 'shop' && answer.outcome === 'refused',
    ).length;
  expect(refused('shared')).toBe(0);
  expect(refused('everyone')).toBeGreaterThan(20);
});

test('what comes at random comes at the rate that was asked for', () => {
  const counts = Array.from({ length: 200 }, (_, seed) => stream('random', 20, { seed: seed + 1 }).length);
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  // 160 expected in 8 s; four standard errors are 4 × √160 / √200.
  expect(Math.abs(mean - 160)).toBeLessThan(3.6);
});
