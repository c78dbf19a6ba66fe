import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface TestGate extends AsyncDisposable {
  /** The URL of what stands behind the gate, through the gate. */
  readonly url: string;
  /** Ends all connections and refuses new ones, as a server does that is away. */
  close(): Promise<void>;
  open(): Promise<void>;
}

/** A way to a server that can be closed and opened, always at the same address. */
export async function startTestGate(target: string): Promise<TestGate> {
  const behind = new URL(target);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;

  const open = async () => {
    server = createServer((near) => {
      const far = connect(Number(behind.port), behind.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from);
        from
          .on('error', () => {})
          .once('close', () => {
            sockets.delete(from);
            to.destroy();
          });
        from.pipe(to);
      }
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const close = async () => {
    if (!server?.listening) return;
    const closed = once(server.close(), 'close');
    for (const socket of sockets) socket.destroy();
    await closed;
  };

  await open();
  const through = new URL(target);
  Object.assign(through, { hostname: '127.0.0.1', port });
  return { url: through.href, open, close, [Symbol.asyncDispose]: close };
}
