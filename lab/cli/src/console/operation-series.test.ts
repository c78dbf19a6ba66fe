import type { Operation } from '@lab/sdk';
import { expect, test } from 'vitest';
import { operationSeries } from './operation-series.ts';

function call(endMs: number, tookMs: number, outcome: Operation['outcome'] = 'ok'): Operation {
  const startMs = endMs - tookMs;
  return {
    id: 1,
    client: 'c',
    kind: 'read',
    view: 'detail',
    replica: 'api-1',
    key: 'k',
    value: 1,
    startMs,
    endMs,
    outcome,
    status: 200,
  };
}

test('calls are counted in the second in which they ended', () => {
  const series = operationSeries([call(2_100, 10), call(2_900, 30, 'unknown'), call(3_000, 5)]);
  expect(series.map(({ t, s }) => [t, s.requestsPerSecond, s.failedPerSecond])).toEqual([
    [2_000, 2, 1],
    [3_000, 1, 0],
  ]);
  expect(series[0]?.s).toMatchObject({ p50Ms: 10, p95Ms: 30, p99Ms: 30 });
});

test('a second without a call is a gap, not a zero latency', () => {
  const [, gap] = operationSeries([call(500, 1), call(2_500, 1)]);
  expect(gap).toEqual({
    t: 1_000,
    s: { requestsPerSecond: 0, failedPerSecond: 0, p50Ms: null, p95Ms: null, p99Ms: null },
  });
});

test('no calls make no series, and a moment beyond all measure makes no millions of seconds', () => {
  expect(operationSeries([])).toEqual([]);
  expect(operationSeries([call(500, 1), call(9e12, 1)])).toHaveLength(1);
});
