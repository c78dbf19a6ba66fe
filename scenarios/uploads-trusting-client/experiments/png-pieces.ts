import { ascii, bigEndian, joined } from '../../shared/byte-work.ts';

/** One piece of a PNG, with its checksum. */
export function pngPiece(type: string, data: Uint8Array): Uint8Array {
  const body = joined(ascii(type), data);
  return joined(bigEndian(data.length, 4), body, bigEndian(crc32(body), 4));
}

/** Text in UTF-8, under a keyword, as it is. */
export function pngInternationalText(keyword: string, text: Uint8Array): Uint8Array {
  return pngPiece('iTXt', joined(ascii(keyword), new Uint8Array(5), text));
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
