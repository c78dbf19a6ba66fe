import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  flatPng,
  htmlPage,
  imageOf,
  mp4Of,
  svgWithScript,
  withJpegComment,
  withPngChunk,
} from '../testing/test-images.ts';
import { drawVariants } from './draw-variants.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uploads-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

const SMALL = { width: 40, height: 30 };

async function draw(content: Uint8Array, pixelsMax = 1_000_000) {
  const file = join(folder, 'original');
  await writeFile(file, content);
  return await drawVariants({ file, folder, pixelsMax });
}

test.each(['jpeg', 'png', 'webp'] as const)(
  'a %s becomes a thumbnail and a medium image in two formats',
  async (format) => {
    const verdict = await draw(await imageOf(format, { width: 1_500, height: 600 }));
    expect(verdict).toMatchObject({ kind: 'image', contentType: `image/${format}`, width: 1_500, height: 600 });
    const variants = verdict.kind === 'image' ? verdict.variants : [];
    expect(variants.map(({ name, format: made, width, height }) => [name, made, width, height])).toEqual([
      ['medium', 'webp', 1_200, 480],
      ['medium', 'jpeg', 1_200, 480],
      ['thumbnail', 'webp', 300, 120],
      ['thumbnail', 'jpeg', 300, 120],
    ]);
    for (const { name, format: made, width, bytes } of variants) {
      const file = join(folder, `${name}.${made}`);
      expect(await sharp(file).metadata()).toMatchObject({ format: made, width });
      expect((await stat(file)).size).toBe(bytes);
    }
  },
);

test('an image is turned as its orientation says, and is never made larger', async () => {
  const turned = await sharp(await imageOf('jpeg', SMALL))
    .withMetadata({ orientation: 6 })
    .toBuffer();
  const verdict = await draw(turned);
  expect(verdict).toMatchObject({ width: 30, height: 40 });
  expect(verdict.kind === 'image' && verdict.variants.every(({ width, height }) => width === 30 && height === 40)).toBe(
    true,
  );
});

test('variants carry nothing of the original but its pixels', async () => {
  const secret = await sharp(await imageOf('jpeg', SMALL))
    .withExif({ IFD0: { Copyright: 'of a customer' } })
    .toBuffer();
  await draw(secret);
  expect((await sharp(join(folder, 'medium.jpeg')).metadata()).exif).toBeUndefined();
});

test('transparency becomes white where the format has none', async () => {
  const clear = await sharp({ create: { ...SMALL, channels: 4, background: '#0000' } })
    .png()
    .toBuffer();
  expect(await draw(clear)).toMatchObject({ kind: 'image' });
  const { channels } = await sharp(join(folder, 'medium.jpeg')).stats();
  expect(channels[0]?.min).toBeGreaterThan(250);
});

test.each([
  ['a page', htmlPage()],
  ['a drawing with a script', svgWithScript()],
  ['a film', mp4Of(5_000)],
  ['nothing', Buffer.alloc(0)],
  ['a document', Buffer.from('%PDF-1.7\n')],
  [
    'the first bytes of a PNG, and then a page',
    Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), htmlPage()]),
  ],
])('%s is refused, whatever it calls itself', async (_name, content) => {
  expect(await draw(content)).toEqual({ kind: 'refused', reason: 'type-not-allowed' });
});

test('another kind of image is refused, though the library could read it', async () => {
  const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
  expect(await draw(gif)).toEqual({ kind: 'refused', reason: 'type-not-allowed' });
});

test.each(['jpeg', 'png', 'webp'] as const)('a %s with a page behind its end is refused', async (format) => {
  const polyglot = Buffer.concat([await imageOf(format, SMALL), htmlPage()]);
  expect(await draw(polyglot)).toEqual({ kind: 'refused', reason: 'not-only-an-image' });
});

test('a page in the metadata is refused', async () => {
  const png = withPngChunk(await imageOf('png', SMALL), 'tEXt', Buffer.concat([Buffer.from('Comment\0'), htmlPage()]));
  expect(await draw(png)).toEqual({ kind: 'refused', reason: 'not-only-an-image' });
  const jpeg = withJpegComment(await imageOf('jpeg', SMALL), '<script>alert(1)</script>');
  expect(await draw(jpeg)).toEqual({ kind: 'refused', reason: 'not-only-an-image' });
});

test('ordinary metadata is no reason to refuse', async () => {
  const png = withPngChunk(await imageOf('png', SMALL), 'tEXt', Buffer.from('Comment\0A cover, 1 < 2'));
  expect(await draw(png)).toMatchObject({ kind: 'image' });
  expect(await draw(withJpegComment(await imageOf('jpeg', SMALL), 'A cover'))).toMatchObject({ kind: 'image' });
});

test('a second JPEG behind the first, as cameras write it, is no reason to refuse', async () => {
  const jpeg = await imageOf('jpeg', SMALL);
  expect(await draw(Buffer.concat([jpeg, jpeg]))).toMatchObject({ kind: 'image' });
});

test('an unknown chunk is refused', async () => {
  const png = withPngChunk(await imageOf('png', SMALL), 'haXe', Buffer.from('anything'));
  expect(await draw(png)).toEqual({ kind: 'refused', reason: 'not-only-an-image' });
});

test.each(['jpeg', 'png', 'webp'] as const)('a %s that ends in the middle is refused', async (format) => {
  const whole = await imageOf(format, { width: 400, height: 400 });
  expect(await draw(whole.subarray(0, whole.length / 2))).toMatchObject({ kind: 'refused' });
});

test('pixels that do not decode are refused, though the frame is whole', async () => {
  const png = await imageOf('png', { width: 200, height: 200 });
  const data = png.indexOf('IDAT') + 40;
  png.fill(0xaa, data, data + 200);
  expect(await draw(png)).toEqual({ kind: 'refused', reason: 'content-broken' });
});

test('a bomb is refused by its head', async () => {
  const bomb = await flatPng({ width: 3_000, height: 3_000 });
  expect(bomb.length).toBeLessThan(150_000);
  expect(await draw(bomb, 8_999_999)).toEqual({ kind: 'refused', reason: 'too-many-pixels' });
  expect(await draw(bomb, 9_000_000)).toMatchObject({ kind: 'image' });
});
