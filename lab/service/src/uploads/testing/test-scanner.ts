import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What a stream meets instead of a true verdict. `stuck`: nothing is read any more. */
export type ScanBehaviour =
  | { readonly kind: 'limit'; readonly bytes: number }
  | { readonly kind: 'reply'; readonly text: string }
  | { readonly kind: 'hold' | 'silent' | 'stuck' | 'hang-up' };

export interface TestScanner extends AsyncDisposable {
  readonly port: number;
  /** SHA-256 of the streams that were read to their end, in this order. */
  hashes(): readonly string[];
  /** Of all streams from now on; undefined for true verdicts. */
  behave(behaviour?: ScanBehaviour): void;
  /** Lets held verdicts go, and holds no more. */
  release(): void;
  /** Scans whose verdict is held. */
  held(): number;
  connections(): number;
}

/** A stream as far as it has been read. Nothing of it is kept but a hash, and the border between two pieces. */
interface Stream {
  readonly hash: ReturnType<typeof createHash>;
  bytes: number;
  tail: string;
  isInfected: boolean;
}

const COMMAND = 'zINSTREAM\0';
const VIRUS = 'VIRUS';

/** Speaks as clamd does, and finds the word VIRUS. */
export async function startTestScanner(): Promise<TestScanner> {
  const hashes: string[] = [];
  const sockets = new Set<Socket>();
  let behaviour: ScanBehaviour | undefined;
  let gate = Promise.withResolvers<void>();
  let held = 0;

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    void serve(socket).catch(() => {}); // The caller has hung up.
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    hashes: () => hashes,
    behave(next) {
      behaviour = next;
    },
    release() {
      behaviour = undefined;
      gate.resolve();
      gate = Promise.withResolvers();
    },
    held: () => held,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      gate.resolve();
      if (!server.listening) return;
      const closed = once(server.close(), 'close');
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };

  async function serve(socket: Socket): Promise<void> {
    const stream: Stream = { hash: createHash('sha256'), bytes: 0, tail: '', isInfected: false };
    let received = Buffer.alloc(0);
    let isStream = false;
    let left = 0;
    // Not destroyed at the end of the loop: the reply goes out on it.
    for await (const data of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, data]);
      if (received.toString('latin1', 0, 6) === 'zPING\0') return void socket.end('PONG\0');
      if (!isStream && received.length < COMMAND.length) continue;
      if (!isStream) received = received.subarray(COMMAND.length);
      isStream = true;
      if (behaviour?.kind === 'hang-up') return void socket.destroy();
      if (behaviour?.kind === 'stuck') return;
      for (;;) {
        const piece = received.subarray(0, left);
        add(stream, piece);
        left -= piece.length;
        received = received.subarray(piece.length);
        if (left > 0 || received.length < 4) break;
        left = received.readUInt32BE(0);
        received = received.subarray(4);
        if (left === 0) return await finish(socket, stream);
      }
      if (behaviour?.kind === 'limit' && stream.bytes > behaviour.bytes) {
        return void socket.end('INSTREAM size limit exceeded. ERROR\0');
      }
    }
  }

  async function finish(socket: Socket, { hash, isInfected }: Stream): Promise<void> {
    hashes.push(hash.digest('hex'));
    if (behaviour?.kind === 'silent') return;
    if (behaviour?.kind === 'hold') {
      held += 1;
      await gate.promise;
      held -= 1;
    }
    const verdict = isInfected ? 'stream: Test.Virus FOUND' : 'stream: OK';
    socket.end(`${behaviour?.kind === 'reply' ? behaviour.text : verdict}\0`);
  }
}

function add(stream: Stream, piece: Buffer): void {
  if (piece.length === 0) return;
  stream.hash.update(piece);
  stream.bytes += piece.length;
  stream.isInfected ||= piece.includes(VIRUS) || (stream.tail + piece.toString('latin1', 0, 10)).includes(VIRUS);
  stream.tail = (stream.tail + piece.toString('latin1', Math.max(0, piece.length - 10))).slice(1 - VIRUS.length);
}
