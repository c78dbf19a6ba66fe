import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readMigrations } from '../../migrations/migration-files.ts';
import { runMigrations } from '../../migrations/run-migrations.ts';
import { type LogLine, recordingLog } from '../../testing/recording-log.ts';
import { createTestDatabase, MIGRATIONS_FOLDER, type TestDatabase, withClient } from '../../testing/test-database.ts';
import { backfillCommand } from '../backfill-command.ts';
import { parseBackfillConfig } from '../backfill-variables.ts';
import { BACKFILLS, type Backfill } from '../backfills.ts';

export const BOOKS_PER_TENANT = 1_500;
export const NAME = 'book-title-keys';

export interface Progress {
  readonly seen: number;
  readonly changed: number;
  readonly batches: number;
  readonly finished: boolean;
}

/** Shops with books from before the column was there. */
export interface TestBackfill extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly tenantIds: readonly string[];
  readonly logs: LogLine[];
  /** One command of `bin/backfill.ts` in this process; resolves with the exit code. */
  backfill(argv: readonly string[], environment?: Record<string, string>): Promise<number>;
  /** `bin/backfill.ts run` as a process of its own. */
  spawn(environment: Record<string, string>): { child: ChildProcess; exitCode: Promise<number | null> };
  progress(): Promise<Progress>;
  /** Books whose key is not that of their title. */
  wrong(): Promise<number>;
  /** For backfills of the test's own. */
  readonly backfills: Backfill[];
}

export async function createTestBackfill({ tenants = 3 } = {}): Promise<TestBackfill> {
  const database = await createTestDatabase({ migrated: false });
  const migrations = await readMigrations(MIGRATIONS_FOLDER);
  const log = { info() {}, warn() {} };
  await withClient(database.ownerUrl, (client) =>
    runMigrations({ client, migrations, request: { direction: 'up', to: 3 }, log }),
  );
  const tenantIds = Array.from({ length: tenants }, () => randomUUID()).sort();
  await insertOldBooks(database, tenantIds);
  const backfills = [...BACKFILLS];
  const logs: LogLine[] = [];
  const running = new Set<ChildProcess>();
  const environmentOf = (more: Record<string, string>) => ({ DATABASE_MIGRATION_URL: database.ownerUrl, ...more });

  return {
    database,
    tenantIds,
    logs,
    backfills,
    backfill: (argv, environment = {}) =>
      backfillCommand({
        argv,
        ...parseBackfillConfig(environmentOf(environment)),
        backfills,
        log: recordingLog(logs),
        print() {},
        signal: new AbortController().signal,
      }),
    spawn(environment) {
      const program = new URL('../../../bin/backfill.ts', import.meta.url).pathname;
      const env = { PATH: process.env.PATH, ...environmentOf(environment) };
      const child = spawn(process.execPath, [program, 'run', NAME], { env, stdio: 'ignore' });
      running.add(child);
      return { child, exitCode: once(child, 'exit').then(([code]) => code as number | null) };
    },
    async progress() {
      const [row] = await database.query<Progress>(`
        SELECT COALESCE(max(rows_seen), 0)::integer AS seen, COALESCE(max(rows_changed), 0)::integer AS changed,
          COALESCE(max(batches), 0)::integer AS batches, COALESCE(bool_and(finished_at IS NOT NULL), false) AS finished
        FROM backfills`);
      return row ?? { seen: 0, changed: 0, batches: 0, finished: false };
    },
    async wrong() {
      const sql = 'SELECT FROM books WHERE title_key IS DISTINCT FROM book_title_key(title)';
      return (await database.query(sql)).length;
    },
    async [Symbol.asyncDispose]() {
      for (const child of running) child.kill('SIGKILL');
      await database[Symbol.asyncDispose]();
    },
  };
}

async function insertOldBooks({ query }: TestDatabase, tenantIds: readonly string[]): Promise<void> {
  await query('ALTER TABLE books DISABLE TRIGGER books_title_key');
  for (const [index, id] of tenantIds.entries()) {
    await query("INSERT INTO tenants (id, slug, name, plan) VALUES ($1, $2, 'Shop', 'pro')", [id, `shop-${index}`]);
    await query(
      `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency)
       SELECT $1, gen_random_uuid(), n::text, 'The Harbour ' || n, 'Ada Sato', 900, 'EUR'
       FROM generate_series(1, $2::integer) AS n`,
      [id, BOOKS_PER_TENANT],
    );
  }
  await query('ALTER TABLE books ENABLE TRIGGER books_title_key');
}
