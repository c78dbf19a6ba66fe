import { type ByteSource, PIECES_MAX } from './byte-source.ts';
import { holdsMarkup } from './metadata-markup.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Of the standard, third edition. What is in none of them is not for showing. */
const CHUNKS = new Set(
  'IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI tEXt zTXt iTXt bKGD hIST pHYs sPLT eXIf tIME acTL fcTL fdAT'.split(
    ' ',
  ),
);
const TEXTS = new Set(['tEXt', 'iTXt', 'zTXt', 'eXIf', 'iCCP']);
const TEXT_BYTES_MAX = 1024 * 1024;
const FRAME_BYTES = 12;

/** A PNG from its first byte to its last: known chunks, one after the other, and nothing behind the end. */
export function isWholePng(source: ByteSource): boolean {
  if (!source.read(0, SIGNATURE.length).equals(SIGNATURE)) return false;
  let offset = SIGNATURE.length;
  for (let chunks = 0; chunks < PIECES_MAX && offset + FRAME_BYTES <= source.size; chunks += 1) {
    const head = source.read(offset, 8);
    const [length, type] = [head.readUInt32BE(0), head.toString('latin1', 4, 8)];
    const isFirst = offset === SIGNATURE.length;
    if (!CHUNKS.has(type) || isFirst !== (type === 'IHDR')) return false;
    if (TEXTS.has(type) && (length > TEXT_BYTES_MAX || holdsMarkup(source.read(offset + 8, length)))) return false;
    offset += FRAME_BYTES + length;
    if (type === 'IEND') return length === 0 && offset === source.size;
  }
  return false;
}
