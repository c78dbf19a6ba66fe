import { join } from 'node:path';
import { type RuntimeContext, type StartedPostgres, type Supervised, spawnPart } from '@lab/runtime';
import type { RolloutProgram } from '@lab/sdk';
import { ownerRole } from './service-environment.ts';
import { connectAdmin, withUser } from './template.ts';

/** What it takes to run the migrations of the code under test on a database of the run. */
export interface MigrationGround {
  /** The login that owns the schema, and migrates. */
  readonly role: string;
  /** Superuser address of a database, past Toxiproxy. */
  adminUrl(database: string): string;
  /** The same for the login that migrates. */
  ownerUrl(database: string): string;
  /** An untouched copy of the template, without commit gates; returns its name. */
  copyDatabase(): Promise<string>;
  dropCopy(database: string): Promise<void>;
  /** Begins `bin/migrate.ts`, or another program, of the code that the replicas run. */
  spawn(database: string, args: readonly string[], program?: RolloutProgram): Promise<Supervised>;
  /** Ends what sessions the login that migrates has in this database, but for those of the lab. */
  endSessions(database: string, except: readonly number[]): Promise<void>;
}

interface GroundOptions {
  readonly context: RuntimeContext;
  readonly postgres: Pick<StartedPostgres, 'adminUrl' | 'copyDatabase' | 'dropCopy'>;
  /** Of the login that migrates. */
  readonly password: string;
  /** Folder of the code under test. */
  codeDir(): string;
  /** Takes the gates off a new copy: a migration may change rows and then the table. */
  prepareCopy(adminUrl: string): Promise<void>;
}

export function createMigrationGround(options: GroundOptions): MigrationGround {
  const { context, postgres, password } = options;
  let runs = 0;
  const ownerUrl = (database: string): string => withUser(postgres.adminUrl(database), ownerRole, password);
  return {
    role: ownerRole,
    adminUrl: postgres.adminUrl,
    ownerUrl,
    copyDatabase: async () => {
      const name = await postgres.copyDatabase();
      await options.prepareCopy(postgres.adminUrl(name));
      return name;
    },
    dropCopy: postgres.dropCopy,
    spawn: async (database, args, program = 'bin/migrate.ts') => {
      runs += 1;
      const part = `${program === 'bin/migrate.ts' ? 'migrate' : 'backfill'}-${runs}`;
      return await spawnPart(context, {
        part,
        command: process.execPath,
        args: [program, ...args],
        cwd: options.codeDir(),
        env: {
          DATABASE_MIGRATION_URL: ownerUrl(database),
          DATABASE_URL: ownerUrl(database),
          ENVIRONMENT: 'production',
          LOG_LEVEL: 'warn',
          NODE_COMPILE_CACHE: join(context.cacheDir, 'node-compile-cache'),
        },
        logFile: join(context.runDir, 'logs', `${part}.log`),
      });
    },
    endSessions: async (database, except) => {
      const admin = await connectAdmin(postgres.adminUrl(database));
      try {
        // The second argument waits until the session is gone: its locks and its work are, then.
        await admin.query(
          `SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity
           WHERE datname = current_database() AND usename = $1 AND pid <> ALL ($2::integer[])`,
          [ownerRole, [...except]],
        );
      } finally {
        await admin.end();
      }
    },
  };
}
