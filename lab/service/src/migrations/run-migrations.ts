import pg from 'pg';
import type { Log } from '../platform/logger.ts';
import { applyInTransaction, applyOutside, inTransaction, resetTimeouts } from './apply-script.ts';
import { dropIfInvalid, findInvalidIndexes } from './concurrent-index.ts';
import { MigrationError, TryLaterError } from './migration-errors.ts';
import type { Migration } from './migration-files.ts';
import { describeMigration, type MigrationRequest, type MigrationStep, planMigrations } from './migration-plan.ts';
import { beginRun, openRecords, recordProblem, recordSuccess, wasCutOff } from './migration-records.ts';
import { createPatience, type Patience } from './patience.ts';

interface RunOptions {
  readonly client: pg.Client;
  readonly migrations: readonly Migration[];
  readonly request: MigrationRequest;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** How long to wait, in all, for another runner and for locks held by traffic. */
  readonly patienceMs?: number;
  /** Ends the waiting; whoever aborts also cancels the statement under way. */
  readonly signal?: AbortSignal | undefined;
  readonly random?: () => number;
}

interface StepParts extends Omit<RunOptions, 'request' | 'migrations'> {
  readonly patience: Patience;
}

const DEFAULT_PATIENCE_MS = 45_000;
/** Any number will do; every runner of this service uses this one. */
const ADVISORY_LOCK = 7_234_091;
/** Lock not available, deadlock detected. */
const FOR_LATER = ['55P03', '40P01'];
const QUERY_CANCELED = '57014';

/** Resolves with the numbers of the migrations that ran. Throws MigrationError or TryLaterError. */
export async function runMigrations(options: RunOptions): Promise<readonly number[]> {
  const { client, migrations, request, log, patienceMs = DEFAULT_PATIENCE_MS } = options;
  const patience = createPatience({ ...options, patienceMs });
  // Without it, the server would go on with the build of a runner that was killed, and keep its advisory lock.
  await client.query("SET client_connection_check_interval = '1s'");
  await resetTimeouts(client);
  // Asked again and again, never waited for: a statement that waits holds a snapshot, CREATE INDEX CONCURRENTLY of the
  // runner at work waits for all snapshots, and each would wait for the other.
  await patience.until('Another migration is running.', () => tryAdvisoryLock(client));
  try {
    const steps = planMigrations(migrations, await openRecords(client), request);
    for (const step of steps) {
      if (options.signal?.aborted) throw new TryLaterError('The run was told to stop.');
      await runStep({ ...options, patience }, step);
    }
    for (const index of await findInvalidIndexes(client)) {
      log.warn({ index }, 'invalid index: drop it with DROP INDEX CONCURRENTLY, then build it by a new migration');
    }
    return steps.map(({ migration }) => migration.number);
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

async function runStep(parts: StepParts, step: MigrationStep): Promise<void> {
  const { client, log } = parts;
  const { direction, migration } = step;
  const facts = { number: migration.number, name: migration.name, direction };
  const startedAtMs = performance.now();
  const cutOff = await wasCutOff(client, step);
  const runId = await beginRun(client, step);
  log.info(facts, 'migration started');
  try {
    await applyPatiently(parts, step, { runId, cutOff });
  } catch (error) {
    await leaveTidy(parts, step);
    const problem = asProblem(error, step, parts.signal);
    const outcome = problem instanceof TryLaterError ? 'postponed' : 'failed';
    // Without a connection the next runner finds out.
    await recordProblem(client, runId, { outcome, problem: problem.message }).catch(() => {});
    log.warn({ ...facts, outcome, durationMs: Math.round(performance.now() - startedAtMs) }, 'migration not applied');
    throw problem;
  }
  log.info({ ...facts, durationMs: Math.round(performance.now() - startedAtMs) }, 'migrated');
}

async function applyPatiently(
  { client, log, patience }: StepParts,
  step: MigrationStep,
  { runId, cutOff: wasCutOff }: { runId: string; cutOff: boolean },
): Promise<void> {
  const { outside, sql, statementTimeoutMs } = step.script;
  const record = () => recordSuccess(client, runId, step);
  const retry = (work: () => Promise<void>) =>
    patience.until(`${describeMigration(step.migration)} did not get its locks.`, () => succeeds(work));
  if (!outside) return await retry(() => applyInTransaction(client, step.script, record));
  const parts = { client, sql, outside, statementTimeoutMs, wasCutOff, log };
  await retry(() => applyOutside({ ...parts, leftMs: patience.leftMs() }));
  await retry(() => inTransaction(client, record));
}

/** False when somebody else was in the way, and the same may succeed in a moment. */
async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && FOR_LATER.includes(error.code ?? '')) return false;
    throw error;
  }
}

/** An index that a failed build leaves costs every write something and serves no read. */
async function leaveTidy({ client, log }: StepParts, { script: { outside } }: MigrationStep): Promise<void> {
  if (outside?.kind !== 'create-index') return;
  await dropIfInvalid(client, { target: outside, log }).catch((error: unknown) => {
    log.warn({ err: error }, 'invalid index stays until the next run');
  });
}

function asProblem(error: unknown, { migration, script }: MigrationStep, signal: AbortSignal | undefined): Error {
  if (error instanceof TryLaterError) return error;
  if (signal?.aborted) return new TryLaterError('The run was told to stop.', { cause: error });
  if (error instanceof Error && isConnectionLost(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const message = [`${describeMigration(migration)} failed: ${reason}.`, ...hintsFor(error, script)].join(' ');
  return new MigrationError(message, { cause: error });
}

/** That says nothing about the migration. */
function isConnectionLost(error: Error): boolean {
  if (error instanceof pg.DatabaseError) return error.severity === 'FATAL';
  return !(error instanceof MigrationError);
}

function hintsFor(error: unknown, { needsBackfill }: MigrationStep['script']): string[] {
  const isTimeout = error instanceof pg.DatabaseError && error.code === QUERY_CANCELED;
  return [
    ...(isTimeout
      ? ['Its locks would be held for too long: do the work in batches by a backfill, or see -- statement-timeout.']
      : []),
    ...(needsBackfill ? [`It comes after: bin/backfill.ts run ${needsBackfill}`] : []),
  ];
}
