import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a PostgreSQL server that can hold a COMMIT up, or the server's answer to it. */
export interface CommitLink extends AsyncDisposable {
  readonly url: string;
  /** From now on a COMMIT goes no further, and nothing comes after it on its connection. */
  holdCommit(): void;
  /** From now on a COMMIT takes effect, and whoever sent it hears nothing more. */
  holdAnswer(): void;
  /** COMMITs that were met since then. */
  commits(): number;
}

/** As a simple query has it in its message. */
const COMMIT = Buffer.from('COMMIT\0');

export async function startCommitLink(target: string): Promise<CommitLink> {
  const behind = new URL(target);
  const sockets = new Set<Socket>();
  let held: 'commit' | 'answer' | undefined;
  let commits = 0;

  const server = createServer((near) => {
    const far = connect(Number(behind.port), behind.hostname);
    let forward = true;
    let backward = true;
    near.on('data', (data) => {
      if (held !== undefined && forward && data.includes(COMMIT)) {
        commits += 1;
        if (held === 'commit') forward = false;
        else backward = false;
      }
      if (forward) far.write(data);
    });
    far.on('data', (data) => {
      if (backward) near.write(data);
    });
    for (const [socket, twin] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .once('close', () => {
          sockets.delete(socket);
          twin.destroy();
        });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(target);
  Object.assign(through, { hostname: '127.0.0.1', port: (server.address() as AddressInfo).port });

  return {
    url: through.href,
    holdCommit() {
      held = 'commit';
    },
    holdAnswer() {
      held = 'answer';
    },
    commits: () => commits,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
