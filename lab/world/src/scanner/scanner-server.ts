import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CallerPort } from '../payment/provider-server.ts';
import { type ClamdEvent, createClamdParser } from './clamd-parser.ts';
import type { OpenScan, ScanDecision, Scanner } from './scanner.ts';

export interface ScannerServer extends AsyncDisposable {
  readonly ports: readonly CallerPort[];
  /** Takes a hold away. Resolves to how many scans went on. */
  release(holdId: string): Promise<number>;
  reset(): void;
}

/** A connection with the scan that came on it. */
interface Line {
  readonly socket: Socket;
  readonly timers: Set<NodeJS.Timeout>;
  end: '\0' | '\n';
  scan: OpenScan | null;
}

const version = 'ClamAV 1.4.3/27800/Sat Nov 21 08:00:00 2026';

/** The scanner over TCP as clamd speaks, one listener per caller. It owns the connections. */
export async function startScannerServer(scanner: Scanner, callers: readonly CallerPort[]): Promise<ScannerServer> {
  const lines = new Map<OpenScan, Line>();
  const sockets = new Set<Socket>();
  await using starting = new AsyncDisposableStack();
  const ports: CallerPort[] = [];
  for (const { caller, port } of callers) {
    const server = await listen(port, (socket) => {
      sockets.add(socket.once('close', () => sockets.delete(socket)));
      serveLine({ scanner, lines, caller }, socket);
    });
    starting.defer(() => close(server, sockets));
    ports.push({ caller, port: (server.address() as AddressInfo).port });
  }
  const servers = starting.move();
  return {
    ports,
    async release(holdId) {
      // One turn of the loop first: whoever has hung up by now is not answered.
      await nextTurn();
      const released = scanner.release(holdId);
      for (const { scan, decision } of released) carryOut(scanner, lines.get(scan), decision);
      return released.length;
    },
    reset() {
      for (const scan of scanner.reset()) lines.get(scan)?.socket.resetAndDestroy();
    },
    [Symbol.asyncDispose]: () => servers.disposeAsync(),
  };
}

interface Place {
  readonly scanner: Scanner;
  readonly lines: Map<OpenScan, Line>;
  readonly caller: string;
}

function serveLine({ scanner, lines, caller }: Place, socket: Socket): void {
  const line: Line = { socket, timers: new Set(), end: '\0', scan: null };
  const parser = createClamdParser();
  socket.on('error', () => undefined);
  if (!scanner.accept(caller)) {
    socket.resetAndDestroy();
    return;
  }
  socket.on('data', (data) => {
    for (const event of parser.push(data)) if (!socket.writableEnded) take(event);
  });
  socket.once('close', () => {
    for (const timer of line.timers) clearTimeout(timer);
    if (!line.scan) return;
    scanner.drop(line.scan);
    lines.delete(line.scan);
  });

  function take(event: ClamdEvent): void {
    if (event.kind === 'command') {
      line.end = event.end;
      if (event.name === 'PING') socket.end(`PONG${event.end}`);
      else if (event.name === 'VERSION') socket.end(version + event.end);
      else if (event.name !== 'INSTREAM') socket.end(`UNKNOWN COMMAND${event.end}`);
      else {
        line.scan = scanner.begin(caller);
        lines.set(line.scan, line);
      }
    } else if (event.kind === 'unreadable' || !line.scan) socket.end('UNKNOWN COMMAND\0');
    else if (event.kind === 'bytes') carryOut(scanner, line, scanner.read(line.scan, event.bytes));
    else carryOut(scanner, line, scanner.finish(line.scan));
  }
}

function carryOut(scanner: Scanner, line: Line | undefined, decision: ScanDecision): void {
  if (!line?.scan) return;
  const { socket, scan, timers, end } = line;
  if (decision.kind === 'reset') socket.resetAndDestroy();
  if (decision.kind !== 'reply') return;
  const send = () => {
    scanner.sent(scan, decision.text);
    // As clamd: one answer, and the connection is over, whatever the caller still wanted to send.
    socket.end(decision.text + end);
  };
  if (decision.afterMs === 0) send();
  else timers.add(setTimeout(send, decision.afterMs));
}

async function listen(port: number, onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, onSocket);
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  await listening;
  return server;
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise((ended) => server.close(ended));
  for (const socket of sockets) socket.destroy();
  await closed;
}
