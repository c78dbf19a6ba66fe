import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** A file that is read here and there, so that its size costs no memory. */
export interface ByteSource extends Disposable {
  readonly size: number;
  /** Shorter at the end of the file. */
  read(offset: number, length: number): Buffer;
}

/** Pieces of one file that are looked at. Real files have far fewer; a file of nothing else would keep us for minutes. */
export const PIECES_MAX = 100_000;

export function openByteSource(path: string): ByteSource {
  const file = openSync(path, 'r');
  return {
    size: fstatSync(file).size,
    read(offset, length) {
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(file, buffer, 0, length, offset));
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
