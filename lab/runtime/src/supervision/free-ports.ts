import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { EnvironmentError } from '@lab/sdk';

/** Below the range from which Linux and macOS take source ports, so that no outgoing connection can take one of ours. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
const ATTEMPTS_MAX = 500;

/**
 * Ports on 127.0.0.1 on which nothing listens now. Another process may still take one before the part
 * binds it: start functions try again with others when that happens.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  const ports = new Set<number>();
  try {
    for (let attempt = 0; ports.size < count && attempt < ATTEMPTS_MAX; attempt += 1) {
      const port = randomInt(FIRST_PORT, LAST_PORT + 1);
      const server = ports.has(port) ? null : await listen(port);
      if (!server) continue;
      held.push(server);
      ports.add(port);
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
  if (ports.size < count) {
    throw new EnvironmentError('E_NO_FREE_PORT', {
      message: `No ${count} free ports on 127.0.0.1 between ${FIRST_PORT} and ${LAST_PORT}.`,
      hint: 'npx lab stop, then npx lab doctor',
    });
  }
  return [...ports];
}

function listen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
