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

  'cache-stampede/steady-state': { metrics: ['http_request_duration_seconds'] },
  'cache-stampede/one-load': {
    faults: ['redis-expire-all', 'redis-flush'],
    metrics: ['tagged_cache_loads', 'cache_lookups_total'],
  },
  'cache-stampede/readers-are-answered': {
    faults: ['link-latency'],
    metrics: ['http_request_duration_seconds', 'tagged_cache_loads'],
  },
  'cache-stampede/maker-may-die': { faults: ['process-kill', 'process-pause'], metrics: ['tagged_cache_loads'] },
  'cache-stampede/ends-apart': { faults: ['redis-expire-all'], metrics: ['cache_lookups_total'] },
  'cache-stampede/shop-survives-cache-loss': {
    faults: ['redis-pause', 'link-down'],
    metrics: ['cache_failures_total'],
  },
  'cache-stampede/database-budget': {
    faults: ['redis-flush'],
    metrics: ['http_request_queries', 'db_pool_connections'],
  },
  'cache-stampede/entries-expire': { faults: ['redis-expire-all'] },

  'jobs-retry-storm/steady-state': { metrics: ['outbox_lag_seconds'] },
  'jobs-retry-storm/pauses-grow': { faults: ['payment-errors'], metrics: ['job_attempts', 'jobs_total'] },
  'jobs-retry-storm/pauses-vary': { faults: ['payment-errors'], metrics: ['jobs_total'] },
  'jobs-retry-storm/comes-back-apart': { faults: ['payment-errors', 'payment-hang'], metrics: ['jobs_total'] },
  'jobs-retry-storm/final-is-final': {
    faults: ['payment-decline'],
    metrics: ['payments_total', 'dead_letters_open'],
  },
  'jobs-retry-storm/tried-until-charged': { faults: ['payment-errors'], metrics: ['job_attempts', 'payments_total'] },
  'jobs-retry-storm/attempts-end': { faults: ['payment-errors'], metrics: ['job_attempts', 'dead_letters_open'] },
  'jobs-retry-storm/redriven-once': { metrics: ['dead_letters_open', 'payments_total'] },
  'jobs-retry-storm/others-go-on': {
    faults: ['payment-latency', 'payment-hang'],
    metrics: ['outbox_oldest_seconds', 'job_duration_seconds'],
  },

  'limits-store-down/steady-state': { metrics: ['http_request_duration_seconds'] },
  'limits-store-down/counted-at-rest': { metrics: ['rate_limit_decisions_total'] },
  'limits-store-down/served-without-store': {
    faults: ['link-down', 'redis-pause'],
    metrics: ['rate_limit_decisions_total', 'rate_limit_store_failures_total'],
  },
  'limits-store-down/nobody-waits': {
    faults: ['redis-pause', 'link-timeout'],
    metrics: ['rate_limit_decision_seconds'],
  },
  'limits-store-down/ceiling-without-store': { faults: ['link-down'], metrics: ['rate_limit_decisions_total'] },
  'limits-store-down/starts-without-store': { faults: ['redis-pause', 'process-restart'] },
  'limits-store-down/honest-without-store': { faults: ['link-down'], metrics: ['rate_limit_refusals_total'] },
  'limits-store-down/sign-in-stays-limited': { faults: ['redis-pause'] },
  'limits-store-down/counted-again': { faults: ['redis-restart-empty'], metrics: ['rate_limit_store_available'] },
  'limits-store-down/outage-is-told': {
    faults: ['redis-pause', 'link-down'],
    metrics: ['rate_limit_store_available', 'rate_limit_store_failures_total'],
  },
  'limits-store-down/no-counting-in-the-database': { metrics: ['http_request_queries', 'db_query_duration_seconds'] },

  'migrations-backfill/steady-state': { metrics: ['http_request_duration_seconds'] },
  'migrations-backfill/every-book-filled': { metrics: ['backfill_rows', 'backfill_state'] },
  'migrations-backfill/transactions-are-short': { metrics: ['backfill_batch_duration_seconds'] },
  'migrations-backfill/checkout-goes-on': {
    faults: ['postgres-row-lock'],
    metrics: ['http_request_duration_seconds', 'backfill_batches_undone_total'],
  },
  'migrations-backfill/gives-way': {
    faults: ['cpu-starvation'],
    metrics: ['backfill_held_seconds_total', 'backfill_state'],
  },
  'migrations-backfill/a-kill-costs-a-batch': { metrics: ['backfill_rows'] },
  'migrations-backfill/work-does-not-grow': { metrics: ['backfill_batch_duration_seconds'] },
  'migrations-backfill/column-comes-at-once': {
    faults: ['postgres-long-transaction'],
    metrics: ['migrations_pending'],
  },
  'migrations-backfill/the-end-is-the-end': { metrics: ['backfill_state'] },

  'uploads-scan-then-swap/steady-state': { metrics: ['http_request_duration_seconds'] },
  'uploads-scan-then-swap/clean-files-come-through': {
    metrics: ['upload_attempt_duration_seconds', 'uploads_waiting'],
  },
  'uploads-scan-then-swap/scanned-as-served': { faults: ['scanner-latency'] },
  'uploads-scan-then-swap/no-verdict-not-ready': {
    faults: ['scanner-silent'],
    metrics: ['uploads_waiting', 'uploads_oldest_waiting_seconds'],
  },
  'uploads-scan-then-swap/read-to-the-end': {
    faults: ['link-limit-data'],
    metrics: ['object_store_duration_seconds'],
  },
  'uploads-scan-then-swap/scanner-comes-back': {
    faults: ['scanner-silent'],
    metrics: ['uploads_oldest_waiting_seconds', 'upload_attempt_duration_seconds'],
  },
  'uploads-scan-then-swap/decided-once': { faults: ['process-pause', 'process-kill'] },
};
