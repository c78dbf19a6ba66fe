import { Pool } from 'pg';
import type { Log } from '../../context.ts';
import { withLimit } from '../../readiness/wait-until.ts';
import { HOST, SUPERUSER } from './postgres-settings.ts';

const CONNECTIONS_MAX = 2;
const IDLE_LIMIT_MS = 10_000;
const CONNECT_LIMIT_MS = 5000;
const STATEMENT_LIMIT_MS = 60_000;
const END_LIMIT_MS = 2000;

/** The lab's own superuser connections. */
export interface AdminConnections {
  run(sql: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  end(): Promise<void>;
}

export interface PostgresAddress {
  readonly port: number;
  readonly password: string;
}

/** Connection string of a superuser session. */
export function adminUrl(address: PostgresAddress, database: string): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(address.password)}@${HOST}:${address.port}/${database}`;
}

/** Opens connections when they are needed and closes them when they are idle. */
export function createAdminConnections(address: PostgresAddress, log: Log, database = 'postgres'): AdminConnections {
  const pool = new Pool({
    connectionString: adminUrl(address, database),
    application_name: 'lab',
    max: CONNECTIONS_MAX,
    idleTimeoutMillis: IDLE_LIMIT_MS,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    allowExitOnIdle: true,
  });
  // A connection that breaks while idle is replaced at the next call; unhandled it would end the lab.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ part: 'postgres', reason: error.message }, 'superuser connection lost');
  });
  return {
    async run(sql, values = []) {
      const answer = pool.query<Record<string, unknown>>(sql, [...values]);
      const result = await withLimit(answer, { what: `postgres, ${sql.slice(0, 60)}`, withinMs: STATEMENT_LIMIT_MS });
      return result.rows;
    },
    async end() {
      if (pool.ending) return;
      // A session that hangs is closed by the server's stop.
      await withLimit(pool.end(), { what: 'postgres, close', withinMs: END_LIMIT_MS }).catch(() => {});
    },
  };
}
