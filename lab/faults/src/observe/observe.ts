import { Socket } from 'node:net';
import type { Address } from '../ground.ts';

/** What is said on a connection, and how long the answer is at least. */
export interface Talk {
  readonly send: Buffer;
  readonly answerBytes: number;
}

/** How one exchange went, seen from the socket. */
export interface Observed {
  /** `silent`: the time was over and the connection still open. */
  readonly outcome: 'answered' | 'refused' | 'reset' | 'closed' | 'silent';
  /** From the question to its whole answer. */
  readonly answerMs: number | null;
  readonly bytes: number;
  /** Reads in which the bytes came. */
  readonly pieces: number;
  /** The first bytes, as text. */
  readonly head: string;
  /** From our goodbye to theirs; null while there was none. */
  readonly goodbyeMs: number | null;
}

export interface ObserveOptions {
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Say goodbye after the answer, and wait for theirs. */
  readonly isFarewell?: boolean;
}

const headBytes = 64;

/**
 * Opens a connection, speaks, and tells what came of it. Rejects only when aborted: what was not waited for was not
 * silent. The connection is gone afterwards.
 */
export function observe(address: Address, talk: Talk, options: ObserveOptions): Promise<Observed> {
  const socket = new Socket({ allowHalfOpen: true });
  const watched = watchSocket(socket, options);
  let askedMs = 0;
  socket.once('connect', () => {
    askedMs = performance.now();
    socket.write(talk.send);
  });
  socket.on('data', () => {
    if (watched.seen().bytes >= talk.answerBytes) watched.answered(performance.now() - askedMs);
  });
  socket.setNoDelay(true);
  socket.connect(address.port, address.host);
  return watched.over;
}

/** Counts what a socket reads, and says how it ended. */
export function watchSocket(socket: Socket, { limitMs, signal, isFarewell = false }: ObserveOptions) {
  const { promise: over, resolve, reject } = Promise.withResolvers<Observed>();
  const seen = { bytes: 0, pieces: 0, head: '', answerMs: null as number | null };
  let goodbyeAtMs = 0;
  const end = (outcome: Observed['outcome'], goodbyeMs: number | null = null): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abandon);
    socket.destroy();
    resolve({ ...seen, outcome: seen.answerMs === null ? outcome : 'answered', goodbyeMs });
  };
  const abandon = (): void => {
    reject(signal.reason);
    end('silent');
  };
  const timer = setTimeout(() => end('silent'), limitMs);
  signal.addEventListener('abort', abandon, { once: true });
  if (signal.aborted) abandon();
  socket.on('error', (error: NodeJS.ErrnoException) => end(outcomeOf(error)));
  socket.once('end', () => end('closed', seen.answerMs === null ? null : performance.now() - goodbyeAtMs));
  socket.once('close', () => end('closed'));
  socket.on('data', (chunk: Buffer) => {
    seen.bytes += chunk.length;
    seen.pieces += 1;
    if (seen.head.length < headBytes) seen.head = (seen.head + chunk.toString('latin1')).slice(0, headBytes);
  });
  return {
    over,
    seen: (): Readonly<typeof seen> => seen,
    /** What was read so far was not part of the exchange. */
    forget: (): void => {
      seen.bytes = 0;
      seen.pieces = 0;
    },
    answered: (answerMs: number): void => {
      if (seen.answerMs !== null) return;
      seen.answerMs = answerMs;
      if (!isFarewell) {
        end('answered');
        return;
      }
      goodbyeAtMs = performance.now();
      socket.end();
    },
  };
}

function outcomeOf({ code }: NodeJS.ErrnoException): Observed['outcome'] {
  if (code === 'ECONNREFUSED') return 'refused';
  return code === 'ECONNRESET' ? 'reset' : 'closed';
}
