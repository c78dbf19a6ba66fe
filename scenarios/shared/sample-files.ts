import type { Random } from '@lab/sdk';
import { ascii, bigEndian, joined } from './byte-work.ts';
import { jpegOf, pngOf, pngSignature, pngText } from './sample-images.ts';
import { webpSize } from './webp-size.ts';

/** As much of a film as its container shows, of exactly so many bytes. */
export function mp4Of(random: Random, bytes: number): Uint8Array {
  const front = joined(filmType, box('moov', box('mvhd', movieHead)));
  const data = new Uint8Array(bytes - front.length - 8);
  for (let at = 0; at < data.length; at += 1) data[at] = (at * 11) % 247;
  for (let at = 0; at < Math.min(data.length, 8); at += 1) data[at] = random.integer(0, 255);
  return joined(front, box('mdat', data));
}

function box(type: string, content: Uint8Array): Uint8Array {
  return joined(bigEndian(8 + content.length, 4), ascii(type), content);
}

const filmType = box('ftyp', ascii('isom\0\0\x02\0isomiso2avc1mp41'));
/** Version 0: times, a scale of 1,000, no length, rate and volume 1, no turn, and the next track's number. */
const movieHead = joined(
  new Uint8Array(12),
  bigEndian(1_000, 4),
  new Uint8Array(4),
  bigEndian(0x10000, 4),
  bigEndian(0x100, 2),
  new Uint8Array(10),
  ...[0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].map((value) => bigEndian(value, 4)),
  new Uint8Array(24),
  bigEndian(2, 4),
);

/** Something that is not what it is announced as, or more than that. */
export interface Impostor {
  /** For findings, as `a web page`. */
  readonly what: string;
  readonly contentType: 'image/png' | 'image/jpeg' | 'video/mp4';
  readonly content: Uint8Array;
  /** Stands in the part that nobody may be served. */
  readonly page: Uint8Array;
  /** Part of it is a picture: whoever serves that part alone, drawn anew, does no harm. */
  readonly holdsPicture: boolean;
}

/** Files that an attacker sends as pictures or films. Each has a word of its own. */
export function impostors(random: Random): readonly Impostor[] {
  const make = (
    what: string,
    contentType: Impostor['contentType'],
    contentWith: (page: Uint8Array) => Uint8Array,
    holdsPicture = false,
  ): Impostor => {
    const word = `word-${random.integer(1_000_000, 9_999_999)}`;
    const page = ascii(`<script>alert('${word}')</script>`);
    return { what, contentType, content: contentWith(page), page, holdsPicture };
  };
  const size = { width: random.integer(90, 140), height: random.integer(60, 90) };
  const text =
    (before: string, after = '') =>
    (page: Uint8Array) =>
      joined(ascii(before), page, ascii(after));
  return [
    make('a web page', 'image/png', text('<!doctype html><html><body>', '</body></html>')),
    make('a web page behind a comment', 'image/png', text(`\n\n<!-- ${'-'.repeat(5_000)} --><html>`, '</html>')),
    make('an SVG with a script', 'image/png', text(svgHead, '</svg>')),
    // As far as whoever asks for the first pieces needs: signature, head, and the beginning of the pixels.
    make('a web page behind the first pieces of a PNG', 'image/png', (page) =>
      joined(pngOf(random, size).subarray(0, pngStartBytes), ascii('<!doctype html><html><body>'), page),
    ),
    make('lines of text', 'image/png', text('isbn;title;price\n978;', ';12.99\n'.repeat(40))),
    make('a PDF', 'image/png', text('%PDF-1.7\n1 0 obj\n', '\nendobj\n%%EOF\n')),
    make('a GIF', 'image/png', (page) => joined(gif, page)),
    make(
      'a picture with a web page behind it',
      'image/png',
      (page) => joined(pngOf(random, size), ascii('<!doctype html><html>'), page),
      true,
    ),
    make(
      'a picture with a web page in its metadata',
      'image/png',
      (page) => pngOf(random, size, pngText(latin(joined(ascii('<html>'), page)))),
      true,
    ),
    make(
      'a JPEG with a web page in its comment',
      'image/jpeg',
      (page) => jpegOf(random, size, `<html>${latin(page)}`),
      true,
    ),
    make('a web page', 'video/mp4', text('<!doctype html><html><body>', '</body></html>')),
    make('a web page behind the first bytes of a film', 'video/mp4', (page) =>
      joined(filmType, ascii('<!doctype html><html><body>'), page),
    ),
  ];
}

/** Signature, head, and the first eight bytes of the next chunk. */
const pngStartBytes = 8 + 25 + 8;
const svgHead = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect width="90" height="60"/>';
/** One black point. */
const gif = joined(
  ascii('GIF89a'),
  Uint8Array.of(
    1,
    0,
    1,
    0,
    0x80,
    0,
    0,
    0,
    0,
    0,
    0xff,
    0xff,
    0xff,
    0x2c,
    0,
    0,
    0,
    0,
    1,
    0,
    1,
    0,
    0,
    2,
    2,
    0x44,
    1,
    0,
    0x3b,
  ),
);

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

/** What a file is by its first bytes, and how large a picture; null for none of the kinds that ShelfWise takes. */
export function kindOf(
  content: Uint8Array,
): { readonly contentType: string; readonly width: number | null; readonly height: number | null } | null {
  const has = (at: number, wanted: Uint8Array): boolean => wanted.every((byte, index) => content[at + index] === byte);
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  if (has(0, pngSignature) && content.length >= 24) {
    return { contentType: 'image/png', width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (has(0, Uint8Array.of(0xff, 0xd8, 0xff))) return { contentType: 'image/jpeg', ...jpegSize(view) };
  if (has(0, ascii('RIFF')) && has(8, ascii('WEBP'))) return { contentType: 'image/webp', ...webpSize(content) };
  if (has(4, ascii('ftyp'))) return { contentType: 'video/mp4', width: null, height: null };
  return null;
}

function jpegSize(view: DataView): { width: number | null; height: number | null } {
  for (let at = 2; at + 9 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    const mark = view.getUint8(at + 1);
    const isFrame = mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark);
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
  }
  return { width: null, height: null };
}
