import type pg from 'pg';
import type { Backfill } from './backfills.ts';

/** How far a backfill has come: everything before this place is done. Null before the first row. */
export interface Checkpoint {
  readonly tenantId: string | null;
  readonly rowId: string | null;
  readonly batchRows: number;
  readonly finished: boolean;
}

export interface BatchResult {
  readonly rowId: string;
  readonly seen: number;
  readonly changed: number;
}

/** One line of what `status` shows. */
export interface BackfillProgress {
  readonly name: string;
  readonly active: boolean;
  readonly paused: boolean;
  readonly finished: boolean;
  readonly rowsSeen: number;
  readonly rowsChanged: number;
  readonly batches: number;
  readonly batchRows: number;
}

/** The first of two keys; the second is the backfill's name. */
const ADVISORY_LOCK = 7_234_092;

const OPEN = `
  INSERT INTO backfills (name, started_at) VALUES ($1, now())
  ON CONFLICT (name) DO UPDATE SET started_at = COALESCE(backfills.started_at, now())
  RETURNING after_tenant AS "tenantId", after_id AS "rowId", batch_rows AS "batchRows", finished_at IS NOT NULL AS finished`;
const START_AGAIN = `
  UPDATE backfills SET after_tenant = NULL, after_id = NULL, finished_at = NULL, started_at = now(),
    rows_seen = 0, rows_changed = 0, batches = 0
  WHERE name = $1`;
const NEXT_TENANT = 'SELECT id FROM tenants WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT 1';
const FINISH = 'UPDATE backfills SET finished_at = now(), updated_at = now() WHERE name = $1';
const PAUSE = `
  INSERT INTO backfills (name, paused) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET paused = EXCLUDED.paused`;
const PROGRESS = `
  SELECT name, paused, finished_at IS NOT NULL AS finished, rows_seen::float8 AS "rowsSeen",
    rows_changed::float8 AS "rowsChanged", batches::float8 AS batches, batch_rows AS "batchRows",
    EXISTS (
      SELECT FROM pg_locks
      WHERE locktype = 'advisory' AND classid = ${ADVISORY_LOCK} AND objid = (hashtext(name)::bigint & 4294967295)::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS active
  FROM backfills ORDER BY name`;

/** False while another runner works on it. The lock ends with the connection, however that ends. */
export async function tryLock(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked', [
    ADVISORY_LOCK,
    name,
  ]);
  return rows[0]?.locked === true;
}

export async function openCheckpoint(client: pg.Client, name: string): Promise<Checkpoint> {
  const { rows } = await client.query<Checkpoint>(OPEN, [name]);
  const [checkpoint] = rows;
  if (!checkpoint) throw new Error('The checkpoint that was written cannot be read.');
  return checkpoint;
}

export async function startAgain(client: pg.Client, name: string): Promise<void> {
  await client.query(START_AGAIN, [name]);
}

/** The next tenant's id; undefined after the last. */
export async function nextTenant(client: pg.Client, after: string | null): Promise<string | undefined> {
  return (await client.query<{ id: string }>(NEXT_TENANT, [after])).rows[0]?.id;
}

/** Row-level security binds the owner too, so a session of the backfill works as one tenant after the other. */
export async function actAs(client: pg.Client, tenantId: string): Promise<void> {
  await client.query("SELECT set_config('app.tenant_id', $1, false)", [tenantId]);
}

/**
 * Batch and checkpoint are one statement and therefore one transaction: a kill undoes both or neither, and no lock is
 * held while the client is away. Undefined when the tenant has no rows after this one.
 */
export async function runBatch(
  client: pg.Client,
  { name, table, set, wrong }: Backfill,
  { tenantId, rowId, rows: limit }: { tenantId: string; rowId: string | null; rows: number },
): Promise<BatchResult | undefined> {
  const { rows } = await client.query<BatchResult>(
    `WITH batch AS MATERIALIZED (
       SELECT id FROM ${table} WHERE tenant_id = $2 AND ($3::uuid IS NULL OR id > $3) ORDER BY id LIMIT $4::integer
     ), stale AS MATERIALIZED (
       -- In order, so that two writers of many rows never wait for each other.
       SELECT id FROM ${table} WHERE tenant_id = $2 AND id IN (SELECT id FROM batch) AND (${wrong})
       ORDER BY id FOR NO KEY UPDATE
     ), changed AS (
       UPDATE ${table} AS target SET ${set} FROM stale
       WHERE target.tenant_id = $2 AND target.id = stale.id RETURNING target.id
     ), done AS (
       SELECT (SELECT id FROM batch ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*)::integer FROM batch) AS seen,
         (SELECT count(*)::integer FROM changed) AS changed
     )
     UPDATE backfills SET after_tenant = $2, after_id = done.last, batch_rows = $4::integer, batches = batches + 1,
       rows_seen = rows_seen + done.seen, rows_changed = rows_changed + done.changed, updated_at = now()
     FROM done WHERE name = $1 AND done.seen > 0
     RETURNING done.last AS "rowId", done.seen, done.changed`,
    [name, tenantId, rowId, limit],
  );
  return rows[0];
}

export async function finish(client: pg.Client, name: string): Promise<void> {
  await client.query(FINISH, [name]);
}

/** Takes effect on a run under way within a batch. */
export async function setPaused(client: pg.Client, name: string, paused: boolean): Promise<void> {
  await client.query(PAUSE, [name, paused]);
}

/** Of those that were started or paused once. */
export async function readProgress(client: pg.Client): Promise<readonly BackfillProgress[]> {
  return (await client.query<BackfillProgress>(PROGRESS)).rows;
}
