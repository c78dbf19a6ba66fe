import pg from 'pg';
import type { Log } from './logger.ts';
import type { Metrics } from './metrics.ts';

export type Pool = pg.Pool;

interface PoolSettings {
  readonly url: string;
  readonly max: number;
  readonly name: string;
  readonly log: Log;
}

/**
 * A pool whose every wait is limited. The server's limits come first, so that the server ends its work and the
 * connection stays usable; the client's own limit is for a server or network that no longer answers.
 */
export function createPool({ url, max, name, log }: PoolSettings): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    // Also the wait for a connection while all are in use: the caller is told within two seconds, with a Retry-After.
    connectionTimeoutMillis: 1_500,
    idleTimeoutMillis: 30_000,
    lock_timeout: 3_000,
    statement_timeout: 5_000,
    idle_in_transaction_session_timeout: 10_000,
    query_timeout: 6_000,
    keepAlive: true,
  });
  // The same error also reaches the query under way; without a listener the process would end.
  pool.on('connect', (client) => client.on('error', () => {}));
  // A connection may break while it is idle. The pool drops it by itself.
  pool.on('error', (error) => log.warn({ err: error, pool: name }, 'idle database connection lost'));
  return pool;
}

export function observePool(pool: Pool, metrics: Metrics): void {
  metrics.watchPool(() => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }));
}
