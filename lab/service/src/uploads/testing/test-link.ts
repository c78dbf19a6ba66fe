import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that can be disturbed, always at the same address. */
export interface TestLink extends AsyncDisposable {
  /** The URL of what stands behind the link, through the link. */
  readonly url: string;
  /** Undisturbed, for new connections. Those that were disturbed are cut. */
  pass(): Promise<void>;
  /** Cuts all connections and refuses new ones. */
  refuse(): Promise<void>;
  /** Takes connections and bytes, and lets none through. */
  swallow(): void;
  /** Cuts each connection after so many bytes of answers. */
  cutAfter(bytes: number): void;
  /** From callers, now open. */
  connections(): number;
}

export async function startTestLink(target: string): Promise<TestLink> {
  const behind = new URL(target);
  const near = new Set<Socket>();
  const all = new Set<Socket>();
  let mode: 'pass' | 'swallow' | 'cut' = 'pass';
  let left = Number.POSITIVE_INFINITY;
  let server: Server | undefined;
  let port = 0;

  const track = (socket: Socket, twin?: Socket) => {
    all.add(socket);
    socket
      .on('error', () => {})
      .once('close', () => {
        all.delete(socket);
        near.delete(socket);
        twin?.destroy();
      });
  };
  const serve = (caller: Socket) => {
    near.add(caller);
    const far = connect(Number(behind.port), behind.hostname);
    track(caller, far);
    track(far, caller);
    let answered = 0;
    caller.on('data', (data) => mode === 'swallow' || far.write(data));
    far.on('data', (data) => {
      answered += data.length;
      if (mode === 'swallow') return;
      if (answered > left) caller.destroy();
      else if (!caller.write(data)) {
        far.pause();
        caller.once('drain', () => far.resume());
      }
    });
  };
  const cut = () => {
    for (const socket of all) socket.destroy();
  };
  const open = async () => {
    if (server?.listening) return;
    server = createServer(serve).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const refuse = async () => {
    if (!server?.listening) return;
    const closed = once(server.close(), 'close');
    cut();
    await closed;
  };
  await open();
  return {
    url: `${behind.protocol}//127.0.0.1:${port}`,
    async pass() {
      if (mode !== 'pass') cut();
      mode = 'pass';
      left = Number.POSITIVE_INFINITY;
      await open();
    },
    refuse,
    swallow() {
      mode = 'swallow';
    },
    cutAfter(bytes) {
      mode = 'cut';
      left = bytes;
    },
    connections: () => near.size,
    [Symbol.asyncDispose]: refuse,
  };
}
