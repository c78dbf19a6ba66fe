import { createServer, type Server, type Socket } from 'node:net';
import { freePorts } from '../supervision/free-ports.ts';

/** A TCP server of the test's own on 127.0.0.1. */
export interface TestServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  connections(): number;
}

/** Takes a port, any unless one is named, so that a part that wants it finds it in use. */
export function plantListener(port?: number): Promise<TestServer> {
  return listen((socket) => socket.resume(), port);
}

/** Sends back what it is sent. */
export function startTcpEcho(): Promise<TestServer> {
  return listen((socket) => socket.pipe(socket));
}

/** Never ends its answer. */
export function startFlood(): Promise<TestServer> {
  return listen((socket) => {
    const send = (): void => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
    };
    socket.on('drain', send);
    send();
  });
}

async function listen(onSocket: (socket: Socket) => void, wanted?: number): Promise<TestServer> {
  const [port = 0] = wanted === undefined ? await freePorts(1) : [wanted];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    host: '127.0.0.1',
    port,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
