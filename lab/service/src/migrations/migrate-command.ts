import pg from 'pg';
import { databaseProblem } from '../platform/database-errors.ts';
import type { Log } from '../platform/logger.ts';
import { MigrationError, readMigrations } from './migration-files.ts';
import type { MigrationRequest } from './migration-plan.ts';
import { runMigrations, TryLaterError } from './run-migrations.ts';

interface MigrateCommand {
  readonly arguments: { readonly positionals: readonly string[]; readonly to: string | undefined };
  readonly databaseUrl: string;
  readonly folder: URL;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

const DONE = 0;
const FAILED = 1;
/** EX_TEMPFAIL: nothing is wrong with the migrations; the same command may succeed later. */
const TRY_LATER = 75;

/** `up [--to N]` or `down [--to N]`. Resolves with the exit code. */
export async function migrateCommand({ arguments: given, databaseUrl, folder, log }: MigrateCommand): Promise<number> {
  try {
    const request = parseRequest(given);
    const migrations = await readMigrations(folder);
    const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {}); // The query under way rejects with the same error.
    try {
      await client.connect();
      const done = await runMigrations({ client, migrations, request, log });
      log.info({ done }, done.length === 0 ? 'nothing to migrate' : 'migrations finished');
    } finally {
      await client.end();
    }
    return DONE;
  } catch (error) {
    const later = error instanceof TryLaterError || databaseProblem(error) !== undefined;
    log.error({ err: error }, later ? 'migrations postponed' : 'migrations failed');
    return later ? TRY_LATER : FAILED;
  }
}

function parseRequest({ positionals, to }: MigrateCommand['arguments']): MigrationRequest {
  const [direction] = positionals;
  if (positionals.length !== 1 || (direction !== 'up' && direction !== 'down')) {
    throw new MigrationError('Use: migrate.ts up [--to N] or migrate.ts down [--to N].');
  }
  if (to === undefined) return { direction };
  if (!/^\d{1,4}$/.test(to)) throw new MigrationError('--to takes the number of a migration.');
  return { direction, to: Number(to) };
}
