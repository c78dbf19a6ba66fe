import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createCacheMetrics } from './cache-metrics.ts';

const kind = { name: 'page', cacheClass: 'dynamic' } as const;

test('reads are counted by class, kind, tenant and outcome', async () => {
  const registry = new Registry();
  const metrics = createCacheMetrics(registry, () => 3);
  metrics.read(kind, 'tenant-1', 'hit');
  metrics.read(kind, 'tenant-1', 'hit');
  const text = await registry.metrics();
  expect(text).toContain('tagged_cache_reads_total{class="dynamic",kind="page",tenant="tenant-1",outcome="hit"} 2');
  expect(text).toContain('tagged_cache_loads 3');
});

test('many tenants are not as many time series', async () => {
  const registry = new Registry();
  const metrics = createCacheMetrics(registry, () => 0);
  for (let n = 0; n < 250; n += 1) metrics.read(kind, `tenant-${n}`, 'miss');
  metrics.read(kind, 'tenant-0', 'miss');
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('tagged_cache_reads_total{'));
  expect(lines).toHaveLength(11);
  expect(lines.find((line) => line.includes('tenant="other"'))).toMatch(/ 240$/);
  expect(lines.find((line) => line.includes('tenant="tenant-0"'))).toMatch(/ 2$/);
});
