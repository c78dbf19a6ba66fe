import sharp from 'sharp';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** An image whose pixels differ, so that a broken one shows. */
export async function imageOf(format: 'jpeg' | 'png' | 'webp', { width, height }: ImageSize): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3, 0);
  for (let index = 0; index < pixels.length; index += 1) pixels[index] = (index * 7 + (index >> 8)) % 251;
  return await sharp(pixels, { raw: { width, height, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

/** Of one colour: small as a file, large as pixels. */
export async function flatPng({ width, height }: ImageSize): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background: '#808080' }, limitInputPixels: false })
    .png()
    .toBuffer();
}

/** A chunk as it stands in a PNG; its checksum is right. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

/** The chunk, right behind the head of a PNG. */
export function withPngChunk(png: Buffer, type: string, data: Uint8Array): Buffer {
  const behindHead = 8 + 25;
  return Buffer.concat([png.subarray(0, behindHead), pngChunk(type, data), png.subarray(behindHead)]);
}

/** A JPEG with a comment. */
export function withJpegComment(jpeg: Buffer, text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe]), length, Buffer.from(text), jpeg.subarray(2)]);
}

/** A box as it stands in an MP4. */
export function mp4Box(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** As much of an MP4 as its container shows. */
export function mp4Of(bytes: number): Buffer {
  const front = Buffer.concat([
    mp4Box('ftyp', Buffer.from('isom\0\0\x02\0isomiso2avc1mp41', 'latin1')),
    mp4Box('moov', mp4Box('mvhd', Buffer.alloc(100))),
  ]);
  return Buffer.concat([front, mp4Box('mdat', Buffer.alloc(bytes - front.length - 8, 7))]);
}

export function svgWithScript(): Buffer {
  return Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
}

export function htmlPage(): Buffer {
  return Buffer.from('<!doctype html><html><body><script>alert(1)</script></body></html>');
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
