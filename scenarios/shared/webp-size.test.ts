import { expect, test } from 'vitest';
import { ascii, bigEndian, joined, littleEndian } from './byte-work.ts';
import { kindOf } from './sample-files.ts';
import { jpegOf, pngOf, webpOf } from './sample-images.ts';
import { fakeHandle } from './testing/fake-handle.ts';

const { h } = fakeHandle();
const size = { width: 123, height: 45 };

function webp(type: string, data: Uint8Array): Uint8Array {
  const chunk = joined(ascii(type), littleEndian(data.length, 4), data);
  return joined(ascii('RIFF'), littleEndian(4 + chunk.length, 4), ascii('WEBP'), chunk);
}

test.each<[string, Uint8Array]>([
  ['a PNG', pngOf(h.random, size)],
  ['a JPEG', jpegOf(h.random, size, 'scan')],
  ['a WebP without loss', webpOf(h.random, size)],
  ['an extended WebP', webp('VP8X', joined(new Uint8Array(4), littleEndian(122, 3), littleEndian(44, 3)))],
  [
    'a WebP with loss',
    webp('VP8 ', joined(bigEndian(0, 3), Uint8Array.of(0x9d, 0x01, 0x2a), littleEndian(123, 2), littleEndian(45, 2))),
  ],
])('the size of %s is in its head', (_name, content) => {
  expect(kindOf(content)).toMatchObject(size);
});

test('nothing is known of what is no picture, or of the beginning of one', () => {
  expect(kindOf(ascii('<html>'))).toBeNull();
  expect(kindOf(webpOf(h.random, size).subarray(0, 24))).toMatchObject({ width: null, height: null });
});
