import pg from 'pg';
import { TryLaterError } from './migration-errors.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const TABLE = `
  CREATE TABLE IF NOT EXISTS migration_lock (
    only boolean PRIMARY KEY DEFAULT true CHECK (only), since timestamptz NOT NULL DEFAULT now()
  )`;
const TAKE = 'INSERT INTO migration_lock DEFAULT VALUES ON CONFLICT DO NOTHING';

/** One connection for a program that works and ends. Its statements have the limits that `work` gives them. */
export async function withClient<T>(
  { url, name }: { url: string; name: string },
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: name,
    keepAlive: true,
  });
  client.on('error', () => {}); // The query under way rejects with the same error.
  try {
    await client.connect();
    if (name !== 'shelfwise-migrate') return await work(client);
    // A row and not an advisory lock, so that everybody can see who migrates and since when.
    await client.query(TABLE);
    const { rowCount } = await client.query(TAKE);
    if (rowCount === 0) throw new TryLaterError('Another migration is running.');
    try {
      return await work(client);
    } finally {
      await client.query('DELETE FROM migration_lock');
    }
  } finally {
    await client.end();
  }
}
