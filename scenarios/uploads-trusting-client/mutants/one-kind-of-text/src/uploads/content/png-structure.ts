import type { ByteSource } from './byte-source.ts';
import { holdsMarkup } from './metadata-markup.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const FRAME_BYTES = 12;
const CHUNKS_MAX = 100_000;

/** A PNG from its first byte to its last: one chunk after the other, no page in its text, nothing behind the end. */
export function isWholePng(source: ByteSource): boolean {
  if (!source.read(0, SIGNATURE.length).equals(SIGNATURE)) return false;
  let offset = SIGNATURE.length;
  for (let chunks = 0; chunks < CHUNKS_MAX && offset + FRAME_BYTES <= source.size; chunks += 1) {
    const head = source.read(offset, 8);
    const [length, type] = [head.readUInt32BE(0), head.toString('latin1', 4, 8)];
    if (type === 'tEXt' && holdsMarkup(source.read(offset + 8, length))) return false;
    offset += FRAME_BYTES + length;
    if (type === 'IEND') return offset === source.size;
  }
  return false;
}
