import { Counter, Gauge, type Registry } from 'prom-client';
import { createTenantCounter } from '../platform/tenant-counter.ts';
import type { CacheClass, CacheScope } from './cache-kind.ts';

/** `miss` covers those who waited for another's load. */
export type CacheRead = 'hit' | 'miss' | 'blocked' | 'away';

export interface CacheMetrics {
  read(kind: { readonly name: string; readonly cacheClass: CacheClass }, scope: CacheScope, outcome: CacheRead): void;
  /** A purge of shared HTTP caches. */
  purged(outcome: 'done' | 'failed'): void;
}

export function createCacheMetrics(registry: Registry, loadsRunning: () => number): CacheMetrics {
  const registers = [registry];
  const reads = createTenantCounter(registry, {
    name: 'tagged_cache_reads_total',
    help: 'Reads through the tagged cache. The hit ratio is the share of outcome "hit", by class, kind or tenant.',
    labelNames: ['class', 'kind', 'outcome'],
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
      reads.inc({ class: cacheClass, kind: name, tenant: scope, outcome }),
    purged: (outcome) => purges.inc({ outcome }),
  };
}
