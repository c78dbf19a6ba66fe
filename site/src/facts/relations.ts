import type { Relations } from './scenario-facts.ts';

/**
 * Which faults by hand and which metrics of the service show what a check asks for, by the check's id. A check that is
 * not here has none. A test holds the ids together with the code that declares them.
 */
export const relations: Relations = {
  'cache-stale-price/steady-state': { metrics: ['http_request_duration_seconds'] },
  'cache-stale-price/fresh-everywhere': { metrics: ['cache_lookups_total'] },
  'cache-stale-price/no-old-refill': { faults: ['postgres-row-lock'], metrics: ['cache_lookups_total'] },
  'cache-stale-price/no-late-fill': {
    faults: ['link-latency', 'process-pause'],
    metrics: ['cache_lookups_total', 'db_query_duration_seconds'],
  },
  'cache-stale-price/last-save-wins': { faults: ['postgres-row-lock'] },
  'cache-stale-price/outage-is-not-hidden': {
    faults: ['link-down', 'link-timeout'],
    metrics: ['cache_failures_total'],
  },
  'cache-stale-price/shop-survives-cache-loss': {
    faults: ['redis-pause', 'link-down', 'link-timeout'],
    metrics: ['cache_failures_total', 'http_request_duration_seconds'],
  },
  'cache-stale-price/database-budget': {
    faults: ['redis-flush', 'redis-expire-all'],
    metrics: ['http_request_queries', 'db_query_duration_seconds', 'db_pool_connections'],
  },
  'cache-stale-price/saves-are-answered': {
    faults: ['postgres-row-lock'],
    metrics: ['http_request_duration_seconds'],
  },
  'cache-stale-price/entries-expire': { faults: ['redis-expire-all'] },
};
