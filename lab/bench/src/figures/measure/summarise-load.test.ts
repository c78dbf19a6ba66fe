import { expect, test } from 'vitest';
import { type LoadFacts, summariseLoad } from './summarise-load.ts';

const point = (atMs: number, durationMs: number, name = 'detail', failed = false) => ({
  atMs,
  name,
  durationMs,
  failed,
});

function facts(change: Partial<LoadFacts> = {}): LoadFacts {
  const points = Array.from({ length: 100 }, (_, index) => point(1_000 + index * 10, index + 1));
  return { points, droppedAtMs: [], ticks: [], fromMs: 1_000, toMs: 2_000, ratePerSecond: 100, ...change };
}

test('requests are counted within the window alone, and without those to the echo server', () => {
  const outside = [point(999, 9_000), point(2_000, 9_000), point(1_500, 9_000, 'echo', true)];
  const found = summariseLoad(facts({ points: [...facts().points, ...outside], droppedAtMs: [999, 1_400] }));
  expect(found).toMatchObject({ requests: 100, failed: 0, planned: 100, dropped: 1, deviationPercent: 0 });
  expect(found).toMatchObject({ p50Ms: 50, p95Ms: 95, p99Ms: 99 });
});

test('a request too few shows as less than planned', () => {
  const found = summariseLoad(facts({ points: facts().points.slice(1) }));
  expect(found.deviationPercent).toBeCloseTo(-1);
});

test('failed requests are counted', () => {
  const points = [...facts().points, point(1_200, 5, 'patch', true)];
  expect(summariseLoad(facts({ points })).failed).toBe(1);
});

test('statements are divided by requests, over the seconds of the window that were counted', () => {
  const ticks = [
    { atMs: 500, requestsPerSecond: 100, databaseStatementsPerSecond: 9_000 },
    { atMs: 1_100, requestsPerSecond: 100, databaseStatementsPerSecond: 250 },
    { atMs: 1_600, requestsPerSecond: 100, databaseStatementsPerSecond: 150 },
    { atMs: 1_900, requestsPerSecond: 100, databaseStatementsPerSecond: null },
  ];
  expect(summariseLoad(facts({ ticks })).statementsPerRequest).toBe(2);
  expect(summariseLoad(facts()).statementsPerRequest).toBeNull();
});

test('a window without requests is no measurement', () => {
  expect(() => summariseLoad(facts({ points: [] }))).toThrow(RangeError);
});
