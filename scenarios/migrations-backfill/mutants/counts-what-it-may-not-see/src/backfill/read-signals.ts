import pg from 'pg';
import type { Signals } from './throttle.ts';

// pg_stat_activity says what every session does.
const READ = `
  SELECT EXISTS (SELECT FROM backfills WHERE name = $1 AND paused) AS paused,
    count(*) FILTER (WHERE state IN ('active', 'idle in transaction') AND pid <> pg_backend_pid())::integer AS transactions,
    count(*) FILTER (WHERE wait_event_type = 'Lock')::integer AS waiting, 0::float8 AS "lagMs"
  FROM pg_stat_activity WHERE datname = current_database()`;

/** Beyond the session's statement_timeout. */
const QUERY_CANCELED = '57014';
const UNKNOWN = { paused: false, transactions: 0, waiting: 0, lagMs: 0 };

export async function readSignals(client: pg.Client, name: string): Promise<Signals> {
  const startedAtMs = performance.now();
  const row = await client.query<Omit<Signals, 'latencyMs'>>(READ, [name]).then(
    ({ rows }) => rows[0],
    (error: unknown) => {
      // A database that cannot count its locks in time has told enough.
      if (error instanceof pg.DatabaseError && error.code === QUERY_CANCELED) return undefined;
      throw error;
    },
  );
  return { ...(row ?? UNKNOWN), latencyMs: performance.now() - startedAtMs };
}
