import { type ByteSource, PIECES_MAX } from './byte-source.ts';
import { holdsMarkup } from './metadata-markup.ts';

const CHUNKS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP', 'EXIF', 'XMP ']);
const TEXTS = new Set(['ICCP', 'EXIF', 'XMP ']);
const TEXT_BYTES_MAX = 1024 * 1024;
const RIFF_BYTES = 12;

/** A WebP from its first byte to its last: a frame that ends with the file, and known chunks in it. */
export function isWholeWebp(source: ByteSource): boolean {
  const head = source.read(0, RIFF_BYTES);
  if (head.length < RIFF_BYTES || head.toString('latin1', 0, 4) !== 'RIFF') return false;
  if (head.toString('latin1', 8, 12) !== 'WEBP' || head.readUInt32LE(4) + 8 !== source.size) return false;
  let offset = RIFF_BYTES;
  for (let chunks = 0; chunks < PIECES_MAX && offset + 8 <= source.size; chunks += 1) {
    const chunk = source.read(offset, 8);
    const [type, length] = [chunk.toString('latin1', 0, 4), chunk.readUInt32LE(4)];
    if (!CHUNKS.has(type)) return false;
    if (TEXTS.has(type) && (length > TEXT_BYTES_MAX || holdsMarkup(source.read(offset + 8, length)))) return false;
    // Chunks begin at even places.
    offset += 8 + length + (length % 2);
  }
  return offset === source.size;
}
