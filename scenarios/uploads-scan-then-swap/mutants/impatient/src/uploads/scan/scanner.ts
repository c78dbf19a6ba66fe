import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { limited } from '../store/limited.ts';
import { parseScanReply, type ScanVerdict } from './scan-verdict.ts';

/** The scanner is away, or has nothing to say in time. It says nothing about the file. */
export class ScannerError extends Error {
  override readonly name = 'ScannerError';
}

/** A scanner that had answered a moment ago hung up in the middle of a file. Some files end their scanner. */
export class ScanBrokenError extends Error {
  override readonly name = 'ScanBrokenError';
}

/** One stream on its way to the scanner. */
export interface Scan extends Disposable {
  /** Waits while the scanner takes no more. Does nothing once it has replied: it may stop reading early. */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the stream. Throws ScannerError or ScanBrokenError without a reply. */
  verdict(): Promise<ScanVerdict>;
}

/** clamd over TCP. Both throw ScannerError. */
export interface Scanner {
  ping(): Promise<void>;
  open(): Promise<Scan>;
}

export interface ScannerSettings {
  readonly host: string;
  readonly port: number;
  /** How long it may be silent: while it takes bytes, and after the last of them. */
  readonly timeoutMs: number;
}

const CONNECT_LIMIT_MS = 1_000;
/** Whatever works answers sooner. */
const timeoutMs = 300;
const REPLY_BYTES_MAX = 4_096;
const END_OF_STREAM = Buffer.alloc(4);

export function createScanner({ host, port }: ScannerSettings): Scanner {
  const dial = async () => {
    const socket = connect({ host, port, noDelay: true });
    // What breaks the connection shows in the reply that never comes.
    socket.on('error', () => {});
    const opened = once(socket, 'connect');
    try {
      await limited(opened, Math.min(CONNECT_LIMIT_MS, timeoutMs), () => new Error('no connection in time'));
    } catch (cause) {
      opened.catch(() => {});
      socket.destroy();
      throw new ScannerError('The scanner cannot be reached.', { cause });
    }
    return socket;
  };
  const silence = () => new ScannerError(`The scanner was silent for ${timeoutMs} ms.`);

  return {
    async ping() {
      const socket = await dial();
      try {
        const reply = replyOf(socket, () => new ScannerError('The scanner hung up.'));
        socket.write('zPING\0');
        if ((await limited(reply, timeoutMs, silence)) !== 'PONG') throw new ScannerError('The scanner is not clamd.');
      } finally {
        socket.destroy();
      }
    },
    async open() {
      const socket = await dial();
      const reply = replyOf(socket, () => new ScanBrokenError('The scanner hung up without a verdict.'));
      let isOver = false;
      const over = reply.then(
        () => {},
        () => {},
      );
      void over.then(() => {
        isOver = true;
      });
      socket.write('zINSTREAM\0');
      return {
        async write(chunk) {
          if (isOver || chunk.length === 0) return;
          const length = Buffer.alloc(4);
          length.writeUInt32BE(chunk.length);
          socket.write(length);
          if (socket.write(chunk)) return;
          const drained = Promise.race([new Promise<void>((resolve) => socket.once('drain', resolve)), over]);
          await limited(drained, timeoutMs, silence);
        },
        async verdict() {
          if (!isOver) socket.write(END_OF_STREAM);
          return parseScanReply(await limited(reply, timeoutMs, silence));
        },
        [Symbol.dispose]: () => void socket.destroy(),
      };
    },
  };
}

/** The text before the end mark. Rejects when the connection ends without one. */
function replyOf(socket: Socket, broken: () => Error): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  // Whoever waits for it is told; a stream that is given up has nobody who does.
  promise.catch(() => {});
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\0');
    if (end >= 0) resolve(text.slice(0, end));
    else if (text.length > REPLY_BYTES_MAX) reject(broken());
  });
  socket.once('close', () => reject(broken()));
  return promise;
}
