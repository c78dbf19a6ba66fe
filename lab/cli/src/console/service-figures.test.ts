import { expect, test } from 'vitest';
import { parseMetrics, serviceFigures } from './service-figures.ts';

const replica = (hits: number, misses: number) =>
  parseMetrics(`# HELP db_pool_connections Connections.
# TYPE db_pool_connections gauge
db_pool_connections{state="total"} 10
db_pool_connections{state="idle"} 7
db_pool_connections{state="waiting"} 2
cache_lookups_total{outcome="hit"} ${hits}
cache_lookups_total{outcome="miss"} ${misses}
outbox_lag_seconds 1.5
nonsense{
bad_value NaN
`);

test('pools are added up over the replicas, the ages of queues are not', () => {
  const { figures } = serviceFigures([replica(1, 1), replica(1, 1)], null);
  expect(figures).toEqual({
    poolInUse: 6,
    poolWaiting: 4,
    cacheHitPercent: null,
    queueDepth: null,
    queueOldestSeconds: 1.5,
  });
});

test('the share of hits is that of what was asked since the last look', () => {
  const { cache } = serviceFigures([replica(100, 100)], null);
  expect(serviceFigures([replica(109, 101)], cache).figures.cacheHitPercent).toBe(90);
  expect(serviceFigures([replica(100, 100)], cache).figures.cacheHitPercent).toBeNull();
});

test('a replica that was replaced counts from nothing: no share is told', () => {
  const { cache } = serviceFigures([replica(100, 100)], null);
  expect(serviceFigures([replica(3, 1)], cache).figures.cacheHitPercent).toBeNull();
});

test('replicas that say nothing make no figures', () => {
  const nothing = {
    poolInUse: null,
    poolWaiting: null,
    cacheHitPercent: null,
    queueDepth: null,
    queueOldestSeconds: null,
  };
  expect(serviceFigures([[]], null)).toEqual({ figures: nothing, cache: null });
});
