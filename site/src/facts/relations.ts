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

  'jobs-double-charge/steady-state': { metrics: ['http_request_duration_seconds', 'outbox_lag_seconds'] },
  'jobs-double-charge/charged-and-shown': { metrics: ['payments_total', 'outbox_lag_seconds'] },
  'jobs-double-charge/once-after-a-kill': { faults: ['process-kill'], metrics: ['jobs_total', 'job_attempts'] },
  'jobs-double-charge/once-at-every-commit': { faults: ['process-kill'], metrics: ['jobs_total'] },
  'jobs-double-charge/once-when-two-work': {
    faults: ['process-pause', 'event-loop-block', 'payment-latency'],
    metrics: ['jobs_total', 'job_duration_seconds'],
  },
  'jobs-double-charge/once-when-asked-again': {
    faults: ['payment-lose-replies', 'process-restart'],
    metrics: ['job_attempts', 'payments_total'],
  },
  'jobs-double-charge/none-lost': {
    faults: ['payment-errors', 'redis-restart-empty'],
    metrics: ['dead_letters_open', 'outbox_lag_seconds'],
  },
  'jobs-double-charge/accepted-at-once': {
    faults: ['payment-hang', 'payment-latency'],
    metrics: ['http_request_duration_seconds'],
  },

  'limits-three-replicas/steady-state': { metrics: ['http_request_duration_seconds'] },
  'limits-three-replicas/one-quota': { metrics: ['rate_limit_decisions_total'] },
  'limits-three-replicas/any-window': { metrics: ['rate_limit_decisions_total'] },
  'limits-three-replicas/at-one-instant': {
    faults: ['link-latency'],
    metrics: ['rate_limit_decisions_total', 'rate_limit_decision_seconds'],
  },
  'limits-three-replicas/served-within-plan': { metrics: ['rate_limit_refusals_total'] },
  'limits-three-replicas/not-locked-out': { metrics: ['rate_limit_refusals_total'] },
  'limits-three-replicas/refusals-are-honest': {
    faults: ['redis-pause'],
    metrics: ['rate_limit_decision_seconds', 'rate_limit_store_available'],
  },
  'limits-three-replicas/counts-end': { metrics: ['rate_limit_decisions_total'] },
  'limits-three-replicas/refusals-cost-nothing': { metrics: ['http_request_queries', 'rate_limit_refusals_total'] },

  'migrations-lock-queue/steady-state': { metrics: ['http_request_duration_seconds'] },
  'migrations-lock-queue/nobody-queues-long': {
    faults: ['postgres-long-transaction', 'postgres-table-lock'],
    metrics: ['db_pool_connections', 'db_query_duration_seconds'],
  },
  'migrations-lock-queue/nobody-thrown-out': {
    faults: ['postgres-terminate-sessions'],
    metrics: ['http_request_duration_seconds'],
  },
  'migrations-lock-queue/done-in-the-end': {
    faults: ['postgres-long-transaction'],
    metrics: ['migrations_pending', 'migrations_ended_total'],
  },
  'migrations-lock-queue/locks-do-not-grow': { metrics: ['migration_duration_seconds', 'db_query_duration_seconds'] },
  'migrations-lock-queue/schema-complete': { metrics: ['invalid_indexes', 'migrations_newest'] },
  'migrations-lock-queue/runs-again': { metrics: ['migrations_started_total', 'migrations_ended_total'] },

  'uploads-trusting-client/steady-state': { metrics: ['http_request_duration_seconds'] },
  'uploads-trusting-client/forms-end': { metrics: ['uploads_swept_total'] },
  'uploads-trusting-client/bytes-pass-the-api-by': { metrics: ['object_store_duration_seconds'] },
  'uploads-trusting-client/confirmation-looks': {
    faults: ['link-timeout'],
    metrics: ['object_store_duration_seconds'],
  },
  'uploads-trusting-client/confirmed-once': { metrics: ['upload_attempt_duration_seconds', 'uploads_waiting'] },
  'uploads-trusting-client/content-decides': { metrics: ['upload_attempt_duration_seconds'] },
  'uploads-trusting-client/only-clean-is-ready': {
    faults: ['scanner-silent', 'scanner-latency'],
    metrics: ['uploads_waiting', 'uploads_oldest_waiting_seconds'],
  },
};
