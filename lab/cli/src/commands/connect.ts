import { readConnections, readSession } from '@lab/console';
import { UsageError } from '@lab/sdk';
import { clientsOnPath } from '../connect/clients.ts';
import { type Connection, describeConnection } from '../connect/connection.ts';
import type { CommandInput, Context } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { connectionLines, connectionTable } from '../output/connection-lines.ts';
import { flagOption } from '../read-options.ts';
import type { ConnectionsDocument } from '../session/connections.ts';
import { documentOf } from '../session/session-answer.ts';
import { suggest } from '../suggest.ts';

/** `lab connect`: where every part and replica of the running session is; of one, the command that reaches it. */
export async function connect(context: Context, input: CommandInput): Promise<number> {
  const { output, io } = context;
  const { scenario, run, parts } = await askConnections(context);
  const withPassword = flagOption(input, 'password');
  const all = parts.map((part) => describeConnection(part, { withPassword }));
  const [given] = input.args;
  const chosen = typeof given === 'string' ? [chosenPart(all, given)] : all;
  const clients = chosen.flatMap(({ client }) => client ?? []);
  const installed = await clientsOnPath(clients, io.env['PATH']);
  const documents = chosen.map((connection) => ({
    ...connection,
    clientInstalled: connection.client !== null && installed.has(connection.client),
  }));
  const shown = { installed, paint: output.paint };
  output.result({ schema: 'lab.connect/1', scenario, run, parts: documents }, () =>
    typeof given === 'string'
      ? chosen.flatMap((connection) => connectionLines(connection, shown))
      : connectionTable(chosen, shown),
  );
  if (given === undefined) output.say('The command that reaches one of them: npx lab connect <name>');
  return exitCode.done;
}

async function askConnections({ labDir }: Context): Promise<ConnectionsDocument> {
  const session = readSession(labDir);
  if (session.kind !== 'running') {
    throw new UsageError('E_NO_SESSION', {
      message: 'Nothing is running that could be reached.',
      hint: 'npx lab start',
    });
  }
  return documentOf(await readConnections(session.record), session.record) as ConnectionsDocument;
}

function chosenPart(connections: readonly Connection[], given: string): Connection {
  const found = connections.find(({ name }) => name === given);
  if (found !== undefined) return found;
  const names = connections.map(({ name }) => name);
  const meant = suggest(given, names);
  throw new UsageError('E_PART_UNKNOWN', {
    message: `There is no "${given}" in the running stack. It has ${names.join(', ')}.`,
    hint: meant === null ? 'npx lab connect' : `Did you mean ${meant}?`,
  });
}
