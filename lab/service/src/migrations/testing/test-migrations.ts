import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'vitest';
import { type LogLine, recordingLog } from '../../testing/recording-log.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { migrateCommand } from '../migrate-command.ts';

/** A folder of migrations and a database of its own to apply them to. */
export interface TestMigrations extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly folder: URL;
  readonly logs: LogLine[];
  /** What commands printed, the newest last. */
  readonly printed: readonly string[];
  file(name: string, sql: string): Promise<void>;
  /** One command of `bin/migrate.ts` in this process; resolves with the exit code. */
  migrate(...argv: string[]): Promise<number>;
  /** The same as a process of its own, for tests that kill it. */
  spawn(...argv: string[]): RunnerProcess;
  /** Outcomes of all runs of a migration, the oldest first. */
  outcomes(number: number): Promise<readonly (string | null)[]>;
}

export interface RunnerProcess {
  readonly child: ChildProcess;
  readonly exitCode: Promise<number | null>;
}

export async function createTestMigrations(folder?: URL): Promise<TestMigrations> {
  const database = await createTestDatabase({ migrated: false });
  const directory = await mkdtemp(join(tmpdir(), 'migrations-'));
  const own = pathToFileURL(`${directory}/`);
  const from = folder ?? own;
  const logs: LogLine[] = [];
  const printed: string[] = [];
  const running = new Set<ChildProcess>();

  return {
    database,
    folder: from,
    logs,
    printed,
    file: (name, sql) => writeFile(new URL(name, own), sql),
    migrate: (...argv) =>
      migrateCommand({
        argv,
        databaseUrl: () => database.ownerUrl,
        folder: from,
        rolloutFile: new URL('rollout.json', own),
        backfills: ['book-title-keys'],
        log: recordingLog(logs),
        print: (text) => printed.push(text),
      }),
    spawn(...argv) {
      const program = runnerProgram({ argv, databaseUrl: database.ownerUrl, folder: from.href });
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'ignore' });
      running.add(child);
      const exitCode = once(child, 'exit').then(([code]) => code as number | null);
      return { child, exitCode };
    },
    async outcomes(number) {
      const rows = await database.query<{ outcome: string | null }>(
        'SELECT outcome FROM migration_runs WHERE number = $1 ORDER BY id',
        [number],
      );
      return rows.map(({ outcome }) => outcome);
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await database[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    },
  };
}

export interface IndexState {
  readonly oid: number;
  readonly valid: boolean;
}

export async function indexState(database: TestDatabase, name: string): Promise<IndexState | undefined> {
  const sql = 'SELECT indexrelid::integer AS oid, indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)';
  return (await database.query<IndexState>(sql, [name]))[0];
}

/** Waits until the server has ended every session of a program. */
export async function sessionsEnded(database: TestDatabase, applicationName: string): Promise<void> {
  const count = async () => {
    const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`;
    return (await database.query(sql, [applicationName])).length;
  };
  await expect.poll(count, { timeout: 10_000, interval: 50 }).toBe(0);
}

/** `bin/migrate.ts` with a folder of the test's. */
function runnerProgram({ argv, databaseUrl, folder }: { argv: string[]; databaseUrl: string; folder: string }): string {
  const command = new URL('../migrate-command.ts', import.meta.url).href;
  return `
    import { migrateCommand } from ${JSON.stringify(command)};
    const stopping = new AbortController();
    process.once('SIGTERM', () => stopping.abort());
    process.exitCode = await migrateCommand({
      argv: ${JSON.stringify(argv)},
      databaseUrl: () => ${JSON.stringify(databaseUrl)},
      folder: new URL(${JSON.stringify(folder)}),
      rolloutFile: new URL('rollout.json', ${JSON.stringify(folder)}),
      backfills: [],
      log: { info() {}, warn() {}, error() {} },
      print() {},
      signal: stopping.signal,
    });`;
}
