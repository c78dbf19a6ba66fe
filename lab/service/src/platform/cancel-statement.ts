import { once } from 'node:events';
import { connect } from 'node:net';
import type pg from 'pg';

/** Of a CancelRequest, in place of a version of the protocol. */
const CANCEL_REQUEST = 80_877_102;

/**
 * Asks the server to end the statement that the connection is at, over a connection of its own as the protocol has it.
 * Resolves when the server has taken note; what it finds ended it leaves alone. Rejects when the server cannot be
 * reached within `limitMs`. Then the wish may still arrive, and the connection must not be given to anybody else.
 */
export async function cancelStatement(client: pg.PoolClient, limitMs: number): Promise<void> {
  const { host, port } = client;
  const socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
  try {
    // The server closes when it has sent its signal. Only then can nothing of it reach the next statement. It has to be
    // the first to close: a proxy in between would answer our end with one of its own.
    const closed = once(socket, 'close', { signal: AbortSignal.timeout(limitMs) });
    socket.resume().write(cancelRequest(client));
    await closed;
  } finally {
    socket.destroy();
  }
}

function cancelRequest(client: pg.PoolClient): Buffer {
  // node-postgres keeps what the server told at the start; its types do not name it.
  const { processID, secretKey } = client as unknown as { readonly processID: number; readonly secretKey: number };
  const message = Buffer.alloc(16);
  for (const [index, value] of [message.length, CANCEL_REQUEST, processID, secretKey].entries()) {
    message.writeInt32BE(value, index * 4);
  }
  return message;
}
