import pg from 'pg';
import type { Signals } from './throttle.ts';

// Every transaction holds a lock on its own virtual id, which every role may see; the states in pg_stat_activity are
// hidden from a role without pg_monitor. Replication lag is hidden from it too: then the limit on lag has no effect.
const READ = `
  SELECT EXISTS (SELECT FROM backfills WHERE name = $1 AND paused) AS paused,
    count(DISTINCT pid) FILTER (WHERE locktype = 'virtualxid' AND mode = 'ExclusiveLock' AND pid <> pg_backend_pid())::integer
      AS transactions,
    count(DISTINCT pid) FILTER (WHERE NOT granted)::integer AS waiting,
    (SELECT COALESCE(max(extract(epoch FROM replay_lag)), 0) * 1000 FROM pg_stat_replication)::float8 AS "lagMs"
  FROM pg_locks`;

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
