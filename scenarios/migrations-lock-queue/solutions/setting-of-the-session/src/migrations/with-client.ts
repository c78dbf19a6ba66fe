import pg from 'pg';

const CONNECT_TIMEOUT_MS = 5_000;

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
    // Of the connection, so that RESET comes back to it and no transaction is without.
    options: '-c lock_timeout=1000',
  });
  client.on('error', () => {}); // The query under way rejects with the same error.
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
