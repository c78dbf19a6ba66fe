import { Socket } from 'node:net';
import { Client } from 'pg';
import type { Address } from '../ground.ts';
import { type Observed, type ObserveOptions, watchSocket } from './observe.ts';

/** Asks PostgreSQL for a text of so many bytes through this address. PostgreSQL tells nothing long to strangers. */
export function observeQuery(
  via: Address,
  { adminUrl, answerBytes }: { readonly adminUrl: string; readonly answerBytes: number },
  options: ObserveOptions,
): Promise<Observed> {
  const url = new URL(adminUrl);
  url.hostname = via.host;
  url.port = String(via.port);
  const socket = new Socket();
  const watched = watchSocket(socket, options);
  const client = new Client({
    connectionString: url.toString(),
    application_name: 'lab:check',
    stream: () => socket,
  });
  client.on('error', () => undefined); // The socket's watcher tells.
  void ask().catch(() => undefined); // Likewise.
  return watched.over;

  async function ask(): Promise<void> {
    await client.connect();
    watched.forget();
    const askedMs = performance.now();
    await client.query(`SELECT repeat('x', ${answerBytes})`);
    watched.answered(performance.now() - askedMs);
  }
}
