import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { createOverBudgetCounter } from './query-budget.ts';
import { createTenantCounter } from './tenant-counter.ts';

export type CacheOutcome = 'hit' | 'miss' | 'blocked';

export interface PoolState {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface RequestSample {
  readonly method: string;
  /** The route's template, never the path itself: one time series per route. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly queries: number;
}

export interface Metrics {
  readonly contentType: string;
  /** For the measurements of one feature. */
  readonly registry: Registry;
  request(sample: RequestSample): void;
  /** Returns the function that ends the measurement. */
  startQuery(): () => void;
  cacheLookup(outcome: CacheOutcome, tenantId: string): void;
  /** An operation that failed, took too long or was skipped. */
  cacheFailure(operation: string): void;
  watchPool(state: () => PoolState): void;
  render(): Promise<string>;
}

const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const QUERY_COUNT_BUCKETS = [0, 1, 2, 3, 5, 8, 10, 15, 20, 25, 50];

export function createMetrics(): Metrics {
  const registers = [new Registry()] as const;
  const [registry] = registers;
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of the response.',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS_S,
    registers: [...registers],
  });
  const queriesPerRequest = new Histogram({
    name: 'http_request_queries',
    help: 'Database statements that one request needed.',
    labelNames: ['route'],
    buckets: QUERY_COUNT_BUCKETS,
    registers: [...registers],
  });
  const countOverBudget = createOverBudgetCounter(registry);
  const queries = new Histogram({
    name: 'db_query_duration_seconds',
    help: 'Time of one database statement, its count included.',
    buckets: DURATION_BUCKETS_S,
    registers: [...registers],
  });
  const lookups = createTenantCounter(registry, {
    name: 'cache_lookups_total',
    help: 'Questions of reads to the cache, by outcome; of the busiest tenants by name.',
    labelNames: ['outcome'],
  });
  const failures = new Counter({
    name: 'cache_failures_total',
    help: 'Cache operations that failed or were skipped.',
    labelNames: ['operation'],
    registers: [...registers],
  });
  return {
    contentType: registry.contentType,
    registry,
    request({ method, route, status, durationMs, queries: count }) {
      requests.observe({ method, route, status }, durationMs / 1000);
      queriesPerRequest.observe({ route }, count);
      countOverBudget(route, count);
    },
    startQuery: () => queries.startTimer(),
    cacheLookup: (outcome, tenant) => lookups.inc({ outcome, tenant }),
    cacheFailure: (operation) => failures.inc({ operation }),
    watchPool: (state) => registerPoolGauge(registry, state),
    render: () => registry.metrics(),
  };
}

function registerPoolGauge(registry: Registry, state: () => PoolState): void {
  new Gauge({
    name: 'db_pool_connections',
    help: 'Connections of the pool, and requests that wait for one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      for (const [name, count] of Object.entries(state())) this.set({ state: name }, count);
    },
  });
}
