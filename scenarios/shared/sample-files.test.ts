import { createHash } from 'node:crypto';
import type { Random } from '@lab/sdk';
import { expect, test } from 'vitest';
import { ascii, bigEndian, holds, joined, littleEndian, sha256Of } from './byte-work.ts';
import { impostors, kindOf, mp4Of } from './sample-files.ts';
import { jpegOf, pngOf, pngOfBytes, pngText, webpOf } from './sample-images.ts';

/** Each number is another one. */
function counting(): Random {
  let count = 0;
  const integer = (min: number, max: number): number => {
    count += 1;
    return min + (count % (max - min + 1));
  };
  return { integer, next: () => 0, pick: ([first]) => first as never, shuffle: (items) => [...items] };
}

test('numbers are written in bytes, from either end', () => {
  expect([...bigEndian(0x0102_0304, 4)]).toEqual([1, 2, 3, 4]);
  expect([...littleEndian(0xffff, 4)]).toEqual([255, 255, 0, 0]);
  expect([...bigEndian(0xffff_ffff, 4)]).toEqual([255, 255, 255, 255]);
});

test('bytes are found wherever they stand, and not where they begin only', () => {
  const content = ascii('aab aaab');
  expect(holds(content, ascii('aaab'))).toBe(true);
  expect(holds(content, ascii('aaaab'))).toBe(false);
  expect(holds(ascii('a'), ascii('ab'))).toBe(false);
  expect(holds(content, new Uint8Array())).toBe(true);
});

test('a checksum is that of everybody else', async () => {
  const content = ascii('Salt & Smoke');
  expect(await sha256Of(content)).toBe(createHash('sha256').update(content).digest('hex'));
});

const size = { width: 41, height: 29 };

test('each picture and film is of the kind that it should be, and no two are the same', () => {
  const random = counting();
  const make = () => [
    pngOf(random, size),
    jpegOf(random, size, `note ${random.integer(0, 1_000)}`),
    webpOf(random, size),
    mp4Of(random, 700),
  ];
  const [first, second] = [make(), make()];
  expect(first.map((content) => kindOf(content)?.contentType)).toEqual([
    'image/png',
    'image/jpeg',
    'image/webp',
    'video/mp4',
  ]);
  expect(first.map((content) => kindOf(content)?.width)).toEqual([41, 41, 41, null]);
  expect(first.map((content) => kindOf(content)?.height)).toEqual([29, 29, 29, null]);
  for (const [index, content] of first.entries()) expect(content).not.toEqual(second[index]);
});

test.each([2_000, 2_001, 9_999, 65_536, 150_000])('a PNG has exactly %i bytes, and its chunks fill them', (bytes) => {
  const content = pngOfBytes(counting(), bytes);
  expect(content).toHaveLength(bytes);
  const view = new DataView(content.buffer);
  let at = 8;
  const types: string[] = [];
  while (at < content.length) {
    types.push(String.fromCharCode(...content.subarray(at + 4, at + 8)));
    at += 12 + view.getUint32(at);
  }
  expect(types).toEqual(['IHDR', 'tEXt', 'IDAT', 'IEND']);
  expect(at).toBe(bytes);
});

test('there is no PNG of so few bytes', () => {
  expect(() => pngOfBytes(counting(), 90)).toThrow(RangeError);
});

test('a film has exactly as many bytes as its boxes', () => {
  const content = mp4Of(counting(), 5_000);
  const view = new DataView(content.buffer);
  let at = 0;
  while (at < content.length) at += view.getUint32(at);
  expect([content.length, at]).toEqual([5_000, 5_000]);
});

test('each impostor holds its own page, and those that hold a picture begin as one', () => {
  const files = impostors(counting());
  for (const { content, page } of files) expect(holds(content, page)).toBe(true);
  expect(new Set(files.map(({ page }) => String.fromCharCode(...page))).size).toBe(files.length);
  const pictures = files.filter(({ holdsPicture }) => holdsPicture);
  expect(pictures).toHaveLength(3);
  for (const { content, contentType } of pictures) expect(kindOf(content)?.contentType).toBe(contentType);
});

test('what is none of the kinds is none', () => {
  expect(kindOf(ascii('<!doctype html>'))).toBeNull();
  expect(kindOf(new Uint8Array())).toBeNull();
  expect(kindOf(joined(ascii('RIFF....AVI ')))).toBeNull();
  expect(kindOf(pngText('no signature'))).toBeNull();
});
