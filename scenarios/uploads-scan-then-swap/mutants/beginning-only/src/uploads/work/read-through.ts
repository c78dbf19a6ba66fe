import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createMp4Boxes } from '../content/mp4-boxes.ts';
import type { ScanVerdict } from '../scan/scan-verdict.ts';
import type { Scan, Scanner } from '../scan/scanner.ts';
import { limited } from '../store/limited.ts';
import { storeUnavailable } from '../store/store-errors.ts';

/** What one reading of an object has told. All of it speaks of the same bytes. */
export interface Reading {
  readonly verdict: ScanVerdict;
  readonly sha256: string;
  readonly bytes: number;
  /** The first bytes, in which a file names its type. */
  readonly head: Uint8Array;
  /** The boxes of an MP4 are in order. */
  readonly isWholeMp4: boolean;
}

interface ReadThroughParts {
  readonly scanner: Scanner;
  /** How long the store may be silent in the middle of a body. */
  readonly silenceMs: number;
}

/** Throws STORE_UNAVAILABLE, ScannerError, or what writing the file throws. The body is destroyed at the end. */
export type ReadThrough = (
  body: Readable,
  options: { readonly file: FileHandle | undefined; readonly signal: AbortSignal },
) => Promise<Reading>;

const HEAD_BYTES = 4_100;
const SCANNED_BYTES = 100_000;

/** One pass, chunk by chunk: the slowest of those who take the bytes sets the pace, and nothing piles up. */
export function createReadThrough({ scanner, silenceMs }: ReadThroughParts): ReadThrough {
  return async (body, { file, signal }) => {
    using scan = await openScan(body);
    // Whoever waits for the scanner is told at once.
    const giveUp = () => scan[Symbol.dispose]();
    signal.addEventListener('abort', giveUp, { once: true });
    using _listening = { [Symbol.dispose]: () => signal.removeEventListener('abort', giveUp) };
    const hash = createHash('sha256');
    const boxes = createMp4Boxes();
    let head = Buffer.alloc(0);
    let bytes = 0;
    for await (const chunk of withoutSilence(body, silenceMs)) {
      bytes += chunk.length;
      hash.update(chunk);
      boxes.push(chunk);
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
      // It reads no more than that, and what is dangerous begins at the beginning.
      await scan.write(chunk.subarray(0, Math.max(0, SCANNED_BYTES - (bytes - chunk.length))));
      await file?.writeFile(chunk);
    }
    const verdict = await scan.verdict();
    return { verdict, sha256: hash.digest('hex'), bytes, head, isWholeMp4: boxes.isWhole() };
  };

  async function openScan(body: Readable): Promise<Scan> {
    try {
      return await scanner.open();
    } catch (error) {
      body.destroy();
      throw error;
    }
  }
}

/** The wait for each chunk is limited; what is done with it meanwhile is not the store's time. */
async function* withoutSilence(body: Readable, silenceMs: number): AsyncIterable<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  const silence = () => new Error(`The store was silent for ${silenceMs} ms.`);
  try {
    for (;;) {
      const next = await limited(chunks.next(), silenceMs, silence);
      if (next.done) return;
      yield next.value;
    }
  } catch (error) {
    throw storeUnavailable(error);
  } finally {
    // A body that is not read to its end would keep its connection for ever.
    body.destroy();
  }
}
