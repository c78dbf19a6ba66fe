import { type ByteSource, PIECES_MAX } from './byte-source.ts';
import { holdsMarkup } from './metadata-markup.ts';

const [SOI, EOI, SOS, COM, APP0, APP15] = [0xd8, 0xd9, 0xda, 0xfe, 0xe0, 0xef];
/** Image data carry a zero behind each 0xff of their own, and restart marks between their parts. */
const isInsideData = (code: number) => code === 0 || (code >= 0xd0 && code <= 0xd7);
const WINDOW_BYTES = 64 * 1024;

/**
 * A JPEG from its first byte to its last. Further JPEGs may follow it, as cameras add previews and gain maps, and
 * nothing else: phones that append a film to the picture are refused.
 */
export function isWholeJpeg(source: ByteSource): boolean {
  const budget = { pieces: PIECES_MAX };
  let offset = 0;
  while (offset < source.size) {
    const end = endOfJpeg(source, offset, budget);
    if (end === undefined) return false;
    offset = end;
  }
  return source.size > 0;
}

/** Where the next byte after its end is; undefined for what is no JPEG. */
function endOfJpeg(source: ByteSource, start: number, budget: { pieces: number }): number | undefined {
  if (!source.read(start, 2).equals(Buffer.from([0xff, SOI]))) return undefined;
  let offset = start + 2;
  while (budget.pieces > 0) {
    budget.pieces -= 1;
    const head = source.read(offset, 4);
    const code = head[1];
    if (head[0] !== 0xff || code === undefined) return undefined;
    if (code === 0xff) {
      offset += 1; // Any number of these may fill the space before a mark.
      continue;
    }
    if (code === EOI) return offset + 2;
    if (head.length < 4 || code < 0xc0 || code === SOI || isInsideData(code)) return undefined;
    const length = head.readUInt16BE(2);
    const isMetadata = code === COM || (code >= APP0 && code <= APP15);
    if (isMetadata && holdsMarkup(source.read(offset + 4, Math.max(0, length - 2)))) return undefined;
    offset += 2 + length;
    if (code === SOS) offset = nextMark(source, offset);
  }
  return undefined;
}

/** The first mark that is not part of image data; the end of the file when there is none. */
function nextMark(source: ByteSource, from: number): number {
  for (let start = from; start < source.size; start += WINDOW_BYTES) {
    // One byte more, for a mark that lies across the border.
    const window = source.read(start, WINDOW_BYTES + 1);
    for (let at = window.indexOf(0xff); at >= 0 && at < WINDOW_BYTES; at = window.indexOf(0xff, at + 1)) {
      const code = window[at + 1];
      if (code !== undefined && code !== 0xff && !isInsideData(code)) return start + at;
    }
  }
  return source.size;
}
