import { expect, test } from 'vitest';
import { type LoadPoint, percentile, summarise, windowSamples } from './aggregate.ts';

const oneToHundred = Array.from({ length: 100 }, (_, index) => index + 1);

test.each([
  [0, 1],
  [1, 1],
  [50, 50],
  [95, 95],
  [99, 99],
  [99.5, 100],
  [100, 100],
])('percentile %d of 1 to 100 is the value of that rank: %d', (rank, value) => {
  expect(percentile(oneToHundred, rank)).toBe(value);
});

test('a percentile is a value that was measured, also of few; of none it is 0', () => {
  expect([percentile([10, 20], 50), percentile([10, 20], 51)]).toEqual([10, 20]);
  expect([percentile([7], 1), percentile([7], 99)]).toEqual([7, 7]);
  expect(percentile([], 50)).toBe(0);
});

function point(atMs: number, durationMs: number, change: Partial<LoadPoint> = {}): LoadPoint {
  return { atMs, name: 'detail', durationMs, failed: false, ...change };
}

test('a summary counts the failed and sorts the durations by size, not by text', () => {
  const durations = [9, 100, 20, 3];
  const points = durations.map((durationMs, index) => point(index, durationMs, { failed: index === 1 }));
  expect(summarise(points)).toEqual({ requests: 4, failed: 1, p50Ms: 9, p95Ms: 100, p99Ms: 100, maxMs: 100 });
  expect(points.map(({ durationMs }) => durationMs)).toEqual(durations);
});

test('a summary of nothing is all zeros', () => {
  expect(summarise([])).toEqual({ requests: 0, failed: 0, p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 });
});

const calm = { name: 'calm', fromMs: 1_000, toMs: 2_000 };

test('a window holds its first moment and not its last', () => {
  const points = [999, 1_000, 1_999, 2_000].map((atMs) => point(atMs, atMs));
  expect(windowSamples(points, calm).map(({ series, value }) => [series, value])).toEqual([
    ['load.requests', 2],
    ['load.failed', 0],
    ['load.latency_p50_ms', 1_000],
    ['load.latency_p95_ms', 1_999],
    ['load.latency_p99_ms', 1_999],
  ]);
});

test('samples are per name of request, at the end of the window', () => {
  const points = [
    point(1_100, 5, { name: 'patch', failed: true }),
    point(1_200, 2),
    point(1_300, 7, { name: 'patch' }),
    point(1_400, 9, { name: 'patch' }),
  ];
  const samples = windowSamples(points, calm);
  const counts = samples.filter(({ series }) => series === 'load.requests' || series === 'load.failed');
  expect(counts).toEqual([
    { atMs: 2_000, series: 'load.requests', value: 1, labels: { name: 'detail', window: 'calm' } },
    { atMs: 2_000, series: 'load.failed', value: 0, labels: { name: 'detail', window: 'calm' } },
    { atMs: 2_000, series: 'load.requests', value: 3, labels: { name: 'patch', window: 'calm' } },
    { atMs: 2_000, series: 'load.failed', value: 1, labels: { name: 'patch', window: 'calm' } },
  ]);
});

test('a window without requests has no samples', () => {
  expect(windowSamples([point(10, 1)], calm)).toEqual([]);
});
