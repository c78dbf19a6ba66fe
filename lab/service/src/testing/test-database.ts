import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { readMigrations } from '../migrations/migration-files.ts';
import { runMigrations } from '../migrations/run-migrations.ts';
import { testDatabaseAdminUrl } from './test-environment.ts';

export interface TestDatabase extends AsyncDisposable {
  /** Owns the tables, as migrations do. */
  readonly ownerUrl: string;
  /** Acts as the application, as the API does. */
  readonly appUrl: string;
  /** A superuser in the test's database, whom no policy binds. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export const MIGRATIONS_FOLDER = new URL('../../migrations/', import.meta.url);

/** A new database with roles of its own; all are dropped at the end. */
export async function createTestDatabase({ migrated = true } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  const urlOf = (user: string) => databaseUrl(name, { user, password });
  const owner = `${name}_owner`;
  const app = `${name}_app`;
  await asAdmin('postgres', async (admin) => {
    await admin.query(`CREATE ROLE ${owner} LOGIN PASSWORD '${password}'`);
    await admin.query(`CREATE ROLE ${app} LOGIN PASSWORD '${password}'`);
    await admin.query(`DO $$ BEGIN CREATE ROLE shelfwise_app; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
    await admin.query(`GRANT shelfwise_app TO ${app}`);
    await admin.query(`ALTER ROLE ${app} SET role = 'shelfwise_app'`);
    await admin.query(`CREATE DATABASE ${name} OWNER ${owner}`);
  });
  if (migrated) await migrate(urlOf(owner));
  const pool = new pg.Pool({ connectionString: databaseUrl(name), max: 2 });
  // Dropping the database ends connections by force; that is no failure of a test.
  pool.on('error', () => {});
  return {
    ownerUrl: urlOf(owner),
    appUrl: urlOf(app),
    query: async (text, values = []) => (await pool.query(text, [...values])).rows,
    async [Symbol.asyncDispose]() {
      await pool.end();
      await asAdmin('postgres', async (admin) => {
        await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
        await admin.query(`DROP ROLE ${app}, ${owner}`);
      });
    },
  };
}

/** Runs `work` with one connection to `url` that is closed afterwards. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // A query under way rejects with the same error.
  await client.connect();
  return await work(client).finally(() => client.end());
}

async function migrate(url: string): Promise<void> {
  const migrations = await readMigrations(MIGRATIONS_FOLDER);
  const log = { info() {}, warn() {} };
  await withClient(url, (client) => runMigrations({ client, migrations, request: { direction: 'up' }, log }));
}

async function asAdmin(database: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  await withClient(databaseUrl(database), work);
}

function databaseUrl(database: string, login?: { user: string; password: string }): string {
  const url = new URL(testDatabaseAdminUrl());
  url.pathname = `/${database}`;
  if (login) Object.assign(url, { username: login.user, password: login.password });
  return url.href;
}
