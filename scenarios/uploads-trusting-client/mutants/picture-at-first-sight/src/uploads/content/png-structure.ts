import type { ByteSource } from './byte-source.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const HEAD_BYTES = 8;

/** A PNG begins with its signature and its head. The decoder reads the rest. */
export function isWholePng(source: ByteSource): boolean {
  if (!source.read(0, SIGNATURE.length).equals(SIGNATURE)) return false;
  return source.read(SIGNATURE.length, HEAD_BYTES).toString('latin1', 4) === 'IHDR';
}
