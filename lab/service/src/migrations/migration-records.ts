import type pg from 'pg';
import type { AppliedMigration, MigrationStep } from './migration-plan.ts';

export type RunOutcome = 'succeeded' | 'failed' | 'postponed';

// The runner's own tables: they are there before the first migration, so no migration can make them.
const TABLES = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    number     integer PRIMARY KEY,
    name       text NOT NULL,
    checksum   text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE IF NOT EXISTS migration_runs (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number      integer NOT NULL,
    name        text NOT NULL,
    direction   text NOT NULL CHECK (direction IN ('up', 'down')),
    checksum    text NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at timestamptz,
    -- NULL while it runs.
    outcome     text CHECK (outcome IN ('succeeded', 'failed', 'postponed', 'died')),
    problem     text
  )`;
// Whoever holds the advisory lock knows that no other runner is alive.
const BURY = "UPDATE migration_runs SET outcome = 'died' WHERE outcome IS NULL";
const HISTORY = 'SELECT number, checksum FROM schema_migrations ORDER BY number';
const BEGIN = `
  INSERT INTO migration_runs (number, name, direction, checksum) VALUES ($1, $2, $3, $4) RETURNING id`;
const END = `
  UPDATE migration_runs SET outcome = $2, problem = $3, finished_at = clock_timestamp() WHERE id = $1`;
const APPLIED = 'INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)';
const UNDONE = 'DELETE FROM schema_migrations WHERE number = $1';
const LAST = 'SELECT outcome, checksum FROM migration_runs WHERE number = $1 ORDER BY id DESC LIMIT 1';

/** Makes the tables where they are missing, marks runs whose runner died, and reads what is applied. */
export async function openRecords(client: pg.Client): Promise<readonly AppliedMigration[]> {
  await client.query(TABLES);
  await client.query(BURY);
  return (await client.query<AppliedMigration>(HISTORY)).rows;
}

/** Resolves with the id of the run. */
export async function beginRun(client: pg.Client, { migration, direction }: MigrationStep): Promise<string> {
  const { number, name, checksum } = migration;
  const { rows } = await client.query<{ id: string }>(BEGIN, [number, name, direction, checksum]);
  return rows[0]?.id ?? '';
}

/** In the transaction of the migration itself where there is one: history and schema then agree whatever happens. */
export async function recordSuccess(client: pg.Client, runId: string, step: MigrationStep): Promise<void> {
  const { number, name, checksum } = step.migration;
  if (step.direction === 'up') await client.query(APPLIED, [number, name, checksum]);
  else await client.query(UNDONE, [number]);
  await client.query(END, [runId, 'succeeded', null]);
}

export async function recordProblem(
  client: pg.Client,
  runId: string,
  { outcome, problem }: { outcome: Exclude<RunOutcome, 'succeeded'>; problem: string },
): Promise<void> {
  await client.query(END, [runId, outcome, problem]);
}

/** True when the last run of this migration was cut off, and the file is the same as it was then. */
export async function wasCutOff(client: pg.Client, { migration }: MigrationStep): Promise<boolean> {
  const { rows } = await client.query<{ outcome: string; checksum: string }>(LAST, [migration.number]);
  return rows[0]?.outcome === 'died' && rows[0].checksum === migration.checksum;
}
