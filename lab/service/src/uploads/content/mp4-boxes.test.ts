import { expect, test } from 'vitest';
import { mp4Box, mp4Of } from '../testing/test-images.ts';
import { createMp4Boxes } from './mp4-boxes.ts';

function isWhole(bytes: Uint8Array, size = bytes.length): boolean {
  const boxes = createMp4Boxes();
  for (let at = 0; at < bytes.length; at += size) boxes.push(bytes.subarray(at, at + size));
  return boxes.isWhole();
}

const film = mp4Of(3_000);
const ftyp = mp4Box('ftyp', Buffer.from('isom\0\0\x02\0', 'latin1'));
const moov = mp4Box('moov', Buffer.alloc(20));
const mdat = mp4Box('mdat', Buffer.alloc(20));

test('a film is whole, however its bytes are cut', () => {
  for (const size of [1, 3, 8, 100, 3_000]) expect(isWhole(film, size)).toBe(true);
});

test('a length of 64 bits is read', () => {
  const head = Buffer.from([0, 0, 0, 1, 0x6d, 0x64, 0x61, 0x74, 0, 0, 0, 0, 0, 0, 0, 36]);
  expect(isWhole(Buffer.concat([ftyp, moov, head, Buffer.alloc(20)]), 5)).toBe(true);
});

test('data may go on to the end of the file', () => {
  const open = Buffer.from([0, 0, 0, 0, 0x6d, 0x64, 0x61, 0x74, 1, 2, 3]);
  expect(isWhole(Buffer.concat([ftyp, moov, open]))).toBe(true);
});

test.each<[string, Uint8Array]>([
  ['nothing', Buffer.alloc(0)],
  ['half a film', film.subarray(0, 1_500)],
  ['a film with something behind it', Buffer.concat([film, Buffer.from('<script>')])],
  ['a film that does not begin with its type', Buffer.concat([moov, ftyp, mdat])],
  ['a film without an index', Buffer.concat([ftyp, mdat])],
  ['a film without data', Buffer.concat([ftyp, moov])],
  ['two films', Buffer.concat([film, film])],
  ['an unknown box', Buffer.concat([ftyp, moov, mp4Box('<!--', Buffer.alloc(4)), mdat])],
  ['anybody’s own box', Buffer.concat([ftyp, moov, mdat, mp4Box('uuid', Buffer.alloc(16))])],
  ['a box shorter than its head', Buffer.concat([ftyp, moov, mdat, Buffer.from([0, 0, 0, 4, 0x66, 0x72, 0x65, 0x65])])],
  [
    'a film of nothing but boxes',
    Buffer.concat([ftyp, moov, ...Array(100_000).fill(mp4Box('free', Buffer.alloc(0))), mdat]),
  ],
  ['a page', Buffer.from('<!doctype html><html></html>')],
])('%s is not whole', (_name, bytes) => {
  expect(isWhole(bytes)).toBe(false);
});
