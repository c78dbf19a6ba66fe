import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../platform/logger.ts';
import { type Migration, MigrationError } from './migration-files.ts';
import { type AppliedMigration, type MigrationRequest, planMigrations } from './migration-plan.ts';

/** Thrown when the database is busy or away and running the same command later may succeed. */
export class TryLaterError extends Error {
  override readonly name = 'TryLaterError';
}

interface RunOptions {
  readonly client: pg.Client;
  readonly migrations: readonly Migration[];
  readonly request: MigrationRequest;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** How long to wait for another runner, and for locks held by traffic. */
  readonly patienceMs?: number;
  readonly random?: () => number;
}

/** Any number will do; every runner of this service uses this one. */
const ADVISORY_LOCK = 7_234_091;
const LOCK_NOT_AVAILABLE = '55P03';
const NO_TRANSACTION = /^-- no-transaction\b/;

/** Resolves with the numbers of the migrations that ran. Throws MigrationError or TryLaterError. */
export async function runMigrations(options: RunOptions): Promise<readonly number[]> {
  const { client, migrations, request, log } = options;
  // A migration that waits for a lock makes all later queries wait behind it. So it gives up soon and tries again.
  await client.query("SET lock_timeout = '2s'");
  await untilDone(options, 'Another migration is running.', () => tryAdvisoryLock(client));
  try {
    const planned = planMigrations(migrations, await readHistory(client), request);
    for (const migration of planned) {
      const startedAtMs = performance.now();
      const reason = `Migration ${migration.number} (${migration.name}) did not get its locks.`;
      await untilDone(options, reason, () => attempt(client, migration, request.direction));
      const durationMs = Math.round(performance.now() - startedAtMs);
      log.info(
        { number: migration.number, name: migration.name, direction: request.direction, durationMs },
        'migrated',
      );
    }
    return planned.map(({ number }) => number);
  } finally {
    // A broken connection has lost the lock already.
    await client.query('SELECT pg_advisory_unlock($1)', [ADVISORY_LOCK]).catch(() => {});
  }
}

async function tryAdvisoryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    ADVISORY_LOCK,
  ]);
  return rows[0]?.locked === true;
}

async function readHistory(client: pg.Client): Promise<readonly AppliedMigration[]> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS schema_migrations (
      number     integer PRIMARY KEY,
      name       text NOT NULL,
      checksum   text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    )`);
  const { rows } = await client.query<AppliedMigration>(
    'SELECT number, checksum FROM schema_migrations ORDER BY number',
  );
  return rows;
}

/** False when a lock was not to be had; nothing has changed then. */
async function attempt(client: pg.Client, migration: Migration, direction: MigrationRequest['direction']) {
  try {
    await apply(client, await statementsOf(migration, direction));
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE) return false;
    const problem = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`Migration ${migration.number} (${migration.name}) failed: ${problem}`, { cause: error });
  }
}

interface Statements {
  readonly sql: string;
  readonly record: { readonly text: string; readonly values: readonly unknown[] };
}

async function statementsOf(migration: Migration, direction: MigrationRequest['direction']): Promise<Statements> {
  const { number, name, checksum, sql, downFile } = migration;
  if (direction === 'up') {
    const text = 'INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)';
    return { sql, record: { text, values: [number, name, checksum] } };
  }
  if (!downFile) throw new MigrationError('it has no rollback file.');
  const record = { text: 'DELETE FROM schema_migrations WHERE number = $1', values: [number] };
  return { sql: await readFile(downFile, 'utf8'), record };
}

async function apply(client: pg.Client, { sql, record }: Statements): Promise<void> {
  if (NO_TRANSACTION.test(sql)) {
    // For statements such as CREATE INDEX CONCURRENTLY. One per file: several in one message are a transaction.
    await client.query(sql);
    await client.query(record.text, [...record.values]);
    return;
  }
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query(record.text, [...record.values]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}); // The first error says more.
    throw error;
  }
}

/** Repeats with growing, random pauses. Throws TryLaterError with `reason` when patience ends. */
async function untilDone(
  { patienceMs = 30_000, random = Math.random }: RunOptions,
  reason: string,
  action: () => Promise<boolean>,
): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  for (let pauseMs = 100; !(await action()); pauseMs = Math.min(pauseMs * 2, 2_000)) {
    const waitMs = pauseMs * (0.5 + random());
    if (performance.now() + waitMs > deadlineMs) throw new TryLaterError(`${reason} Try again later.`);
    await sleep(waitMs);
  }
}
