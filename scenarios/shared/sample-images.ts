import type { Random } from '@lab/sdk';
import { ascii, bigEndian, joined, littleEndian } from './byte-work.ts';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A PNG in shades of grey with a few points that no other has; without compression, so that size is what it looks. */
export function pngOf(random: Random, { width, height }: ImageSize, ...more: readonly Uint8Array[]): Uint8Array {
  const raw = new Uint8Array(height * (width + 1));
  for (let at = 0; at < raw.length; at += 1) raw[at] = at % (width + 1) === 0 ? 0 : (at * 7 + (at >> 8)) % 251;
  // Not the first of a row, which names a filter.
  for (let row = 0; row < Math.min(height, 8); row += 1) raw[row * (width + 1) + 1] = random.integer(0, 255);
  const head = joined(bigEndian(width, 4), bigEndian(height, 4), Uint8Array.of(8, 0, 0, 0, 0));
  return joined(
    pngSignature,
    pngChunk('IHDR', head),
    ...more,
    pngChunk('IDAT', storedZlib(raw)),
    pngChunk('IEND', new Uint8Array()),
  );
}

export const pngSignature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A PNG of exactly so many bytes, at least 2,000: pixels, and a short comment that fills it up. */
export function pngOfBytes(random: Random, bytes: number): Uint8Array {
  const width = 300;
  for (let height = Math.floor(bytes / (width + 1)); height > 0; height -= 1) {
    const left = bytes - pngOf(random, { width, height }).length - pngText('').length;
    if (left >= 0) return pngOf(random, { width, height }, pngText('.'.repeat(left)));
  }
  throw new RangeError(`There is no PNG of ${bytes} bytes.`);
}

/** A comment, as programs leave one in a PNG. */
export function pngText(text: string): Uint8Array {
  return pngChunk('tEXt', ascii(`Comment\0${text}`));
}

function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = joined(ascii(type), data);
  return joined(bigEndian(data.length, 4), body, bigEndian(crc32(body), 4));
}

const storedBytesMax = 65_535;

/** As zlib has it, in blocks that are stored as they are. */
function storedZlib(raw: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < raw.length; at += storedBytesMax) {
    const piece = raw.subarray(at, at + storedBytesMax);
    const isLast = at + storedBytesMax >= raw.length;
    const sizes = joined(littleEndian(piece.length, 2), littleEndian(storedBytesMax - piece.length, 2));
    blocks.push(Uint8Array.of(isLast ? 1 : 0), sizes, piece);
  }
  return joined(Uint8Array.of(0x78, 0x01), ...blocks, bigEndian(adler32(raw), 4));
}

function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A JPEG of one shade of grey, with a comment. */
export function jpegOf(random: Random, { width, height }: ImageSize, comment: string): Uint8Array {
  const segment = (mark: number, data: Uint8Array): Uint8Array =>
    joined(Uint8Array.of(0xff, mark), bigEndian(data.length + 2, 2), data);
  // Two symbols of one and two bits for the first value of a block, one symbol of one bit for "no more values".
  const lengths = (...counts: readonly number[]): number[] => [...counts, ...Array(16 - counts.length).fill(0)];
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  const shade = random.integer(32, 63).toString(2);
  return joined(
    Uint8Array.of(0xff, 0xd8),
    segment(0xe0, joined(ascii('JFIF\0'), Uint8Array.of(1, 1, 0, 0, 1, 0, 1, 0, 0))),
    segment(0xfe, ascii(comment)),
    segment(0xdb, Uint8Array.of(0, ...Array(64).fill(16))),
    segment(0xc0, joined(Uint8Array.of(8), bigEndian(height, 2), bigEndian(width, 2), Uint8Array.of(1, 1, 0x11, 0))),
    segment(0xc4, Uint8Array.of(0x00, ...lengths(1, 1), 0, 6)),
    segment(0xc4, Uint8Array.of(0x10, ...lengths(1), 0)),
    segment(0xda, Uint8Array.of(1, 1, 0x00, 0, 63, 0)),
    bitsHighFirst(`10${shade}0${'00'.repeat(blocks - 1)}`),
    Uint8Array.of(0xff, 0xd9),
  );
}

/** Filled up with ones. None of its bytes is 0xff: there is a zero in any eight bits. */
function bitsHighFirst(bits: string): Uint8Array {
  const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  return Uint8Array.from({ length: whole.length / 8 }, (_, index) =>
    Number.parseInt(whole.slice(index * 8, index * 8 + 8), 2),
  );
}

/** A WebP without loss, of one colour that hardly any other has. */
export function webpOf(random: Random, { width, height }: ImageSize): Uint8Array {
  const bits: number[] = [];
  const put = (value: number, count: number): void => {
    for (let bit = 0; bit < count; bit += 1) bits.push((value >> bit) & 1);
  };
  put(width - 1, 14);
  put(height - 1, 14);
  // No transparency, version 0; then no transforms, no colour cache, one group of codes.
  put(0, 4);
  put(0, 3);
  // Codes of one symbol, which take no bits: green, red, blue, alpha.
  const colours = [random.integer(0, 255), random.integer(0, 255), random.integer(0, 255), 255];
  for (const colour of colours) {
    put(0b101, 3);
    put(colour, 8);
  }
  // Distances, of which there are none: a symbol of one bit.
  put(0b001, 3);
  put(0, 1);
  const packed = Uint8Array.from({ length: Math.ceil(bits.length / 8) }, (_, byte) =>
    bits.slice(byte * 8, byte * 8 + 8).reduce((sum, bit, index) => sum + (bit << index), 0),
  );
  const data = joined(Uint8Array.of(0x2f), packed);
  const even = data.length % 2 === 0 ? data : joined(data, Uint8Array.of(0));
  const chunk = joined(ascii('VP8L'), littleEndian(data.length, 4), even);
  return joined(ascii('RIFF'), littleEndian(4 + chunk.length, 4), ascii('WEBP'), chunk);
}
