import type pg from 'pg';
import { databaseProblem } from '../platform/database-errors.ts';
import type { Log } from '../platform/logger.ts';
import { writeMetricsFile } from './metrics-file.ts';
import { type MigrateArguments, parseMigrateArguments } from './migrate-arguments.ts';
import { TryLaterError } from './migration-errors.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { renderMigrationMetrics } from './migration-metrics.ts';
import { readRollout } from './rollout.ts';
import { runMigrations } from './run-migrations.ts';
import { withClient } from './with-client.ts';

export interface MigrateCommand {
  readonly argv: readonly string[];
  /** Asked for only by commands that need a database. */
  readonly databaseUrl: () => string;
  readonly folder: URL;
  readonly rolloutFile: URL;
  /** Names of all backfills. */
  readonly backfills: readonly string[];
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** For results. */
  readonly print: (text: string) => void;
  /** Aborted when the run is to end: the statement under way is cancelled, and nothing is left half done. */
  readonly signal?: AbortSignal;
}

const DONE = 0;
const FAILED = 1;
/** EX_TEMPFAIL: nothing is wrong with the migrations; the same command may succeed later. */
const TRY_LATER = 75;
const NAME = 'shelfwise-migrate';

/** Runs one command of `bin/migrate.ts`. Resolves with the exit code. */
export async function migrateCommand(command: MigrateCommand): Promise<number> {
  const { argv, folder, log } = command;
  try {
    const given = parseMigrateArguments(argv);
    const migrations = await readMigrations(folder);
    if (given.command === 'plan') await plan(command, migrations);
    else if (given.command === 'metrics') await metrics(command, migrations);
    else await run(command, migrations, given);
    return DONE;
  } catch (error) {
    const later = error instanceof TryLaterError || databaseProblem(error) !== undefined;
    log.error({ err: error }, later ? 'migrations postponed' : 'migrations failed');
    return later ? TRY_LATER : FAILED;
  }
}

async function plan({ rolloutFile, backfills, print }: MigrateCommand, migrations: readonly Migration[]) {
  const steps = await readRollout(rolloutFile, { migrations, backfills });
  const described = migrations.map(({ number, name, up, down, keepDown }) => ({
    number,
    name,
    transaction: up.outside === undefined,
    rollback: down !== undefined || keepDown !== undefined,
    /** What the way back loses with --destructive; null when it loses nothing. */
    loses: down?.loses ?? null,
  }));
  print(`${JSON.stringify({ steps, migrations: described }, undefined, 2)}\n`);
}

async function metrics({ databaseUrl, print }: MigrateCommand, migrations: readonly Migration[]): Promise<void> {
  await withClient({ url: databaseUrl(), name: NAME }, async (client) =>
    print(await renderMigrationMetrics(client, migrations)),
  );
}

async function run(
  { databaseUrl, log, signal }: MigrateCommand,
  migrations: readonly Migration[],
  { request, patienceMs, metricsFile }: Extract<MigrateArguments, { command: 'run' }>,
): Promise<void> {
  const url = databaseUrl();
  await withClient({ url, name: NAME }, async (client) => {
    const cancel = () => void cancelStatement(url, client, log);
    signal?.addEventListener('abort', cancel);
    try {
      const options = { client, migrations, request, log, signal };
      const done = await runMigrations(patienceMs === undefined ? options : { ...options, patienceMs });
      log.info({ done }, done.length === 0 ? 'nothing to migrate' : 'migrations finished');
    } finally {
      signal?.removeEventListener('abort', cancel);
      if (metricsFile) await exportMetrics(metricsFile, { client, migrations, log });
    }
  });
}

/** The migration counts, whether or not somebody can see it. */
async function exportMetrics(
  file: string,
  { client, migrations, log }: { client: pg.Client; migrations: readonly Migration[]; log: MigrateCommand['log'] },
): Promise<void> {
  try {
    await writeMetricsFile(file, await renderMigrationMetrics(client, migrations));
  } catch (error) {
    log.warn({ err: error, file }, 'metrics not written');
  }
}

/** By a connection of its own: that of the run is busy with the statement. */
async function cancelStatement(url: string, client: pg.Client, log: MigrateCommand['log']): Promise<void> {
  const { processID: pid } = client as pg.Client & { readonly processID: number };
  try {
    await withClient({ url, name: NAME }, (other) => other.query('SELECT pg_cancel_backend($1)', [pid]));
  } catch (error) {
    log.warn({ err: error }, 'statement not cancelled');
  }
}
