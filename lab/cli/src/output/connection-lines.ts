import { type Client, missingClientText } from '../connect/clients.ts';
import type { Connection } from '../connect/connection.ts';
import { alignColumns } from './columns.ts';
import type { Paint } from './paint.ts';

interface Shown {
  /** Programs that are on the PATH. */
  readonly installed: ReadonlySet<Client>;
  readonly paint: Paint;
}

/** One line for each: name, address, what it is, client. */
export function connectionTable(connections: readonly Connection[], { installed, paint }: Shown): string[] {
  return alignColumns(
    connections.map(({ name, url, about, client }) => [
      paint.bold(name),
      url ?? paint.red('down'),
      about,
      client === null ? '' : clientText(client, installed),
    ]),
  );
}

/** One in full. The command stands at the left edge, to be copied. */
export function connectionLines(connection: Connection, { installed, paint }: Shown): string[] {
  const { name, about, url, secretFile, client, command, notes } = connection;
  const isInstalled = client !== null && installed.has(client);
  const rows = [
    ['Address', url ?? paint.red('down')],
    ...(secretFile === null ? [] : [['Password', `in ${secretFile}, which goes away with the session`]]),
  ];
  return [
    `${paint.bold(name)}  ${about}`,
    ...alignColumns(rows),
    ...(command !== null && isInstalled ? ['', command] : []),
    ...(client === null || isInstalled ? [] : ['', missingClientText(client)]),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ];
}

function clientText(client: Client, installed: ReadonlySet<Client>): string {
  return installed.has(client) ? client : `${client} (not on your PATH)`;
}
