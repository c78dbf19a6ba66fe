import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheClass, CacheScope } from './cache-kind.ts';

/** `miss` covers those who waited for another's load. */
export type CacheRead = 'hit' | 'miss' | 'blocked' | 'away';

export interface CacheMetrics {
  read(kind: { readonly name: string; readonly cacheClass: CacheClass }, scope: CacheScope, outcome: CacheRead): void;
  /** A purge of shared HTTP caches. */
  purged(outcome: 'done' | 'failed'): void;
}

/** Each tenant has a few time series of its own; those that come later share one. */
const TENANTS_MAX = 200;

export function createCacheMetrics(registry: Registry, loadsRunning: () => number): CacheMetrics {
  const registers = [registry];
  const tenants = new Set<CacheScope>();
  const reads = new Counter({
    name: 'tagged_cache_reads_total',
    help: 'Reads through the tagged cache. The hit ratio is the share of outcome "hit", by class, kind or tenant.',
    labelNames: ['class', 'kind', 'tenant', 'outcome'],
    registers,
  });
  const purges = new Counter({
    name: 'shared_cache_purges_total',
    help: 'Purges of the shared HTTP cache, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  new Gauge({
    name: 'tagged_cache_loads',
    help: 'Loads of the database that reads through the tagged cache have under way.',
    registers,
    collect() {
      this.set(loadsRunning());
    },
  });

  return {
    read: ({ name, cacheClass }, scope, outcome) =>
      reads.inc({ class: cacheClass, kind: name, tenant: tenantLabel(scope), outcome }),
    purged: (outcome) => purges.inc({ outcome }),
  };

  function tenantLabel(scope: CacheScope): string {
    if (tenants.size < TENANTS_MAX) tenants.add(scope);
    return tenants.has(scope) ? scope : 'other';
  }
}
