import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { flatPng, htmlPage, imageOf } from '../testing/test-images.ts';
import { createInspectImage } from './inspect-image.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uploads-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

const { signal } = new AbortController();
const LIMITS = { pixelsMax: 50_000_000, timeoutMs: 20_000 };

async function inspect(content: Uint8Array, limits = LIMITS, aborted = signal) {
  const file = join(folder, 'original');
  await writeFile(file, content);
  return await createInspectImage(limits)({ file, folder }, aborted);
}

test('an image is read and drawn by a process of its own', async () => {
  const verdict = await inspect(await imageOf('png', { width: 600, height: 400 }));
  expect(verdict).toMatchObject({ kind: 'image', contentType: 'image/png', width: 600, height: 400 });
  expect((await readdir(folder)).sort()).toEqual([
    'medium.jpeg',
    'medium.webp',
    'original',
    'thumbnail.jpeg',
    'thumbnail.webp',
  ]);
});

test('what is no image is refused, and that is no failure', async () => {
  expect(await inspect(htmlPage())).toEqual({ kind: 'refused', reason: 'type-not-allowed' });
});

test('a bomb of 196 megapixels is refused in a moment', async () => {
  const bomb = await flatPng({ width: 14_000, height: 14_000 });
  expect(bomb.length).toBeLessThan(1_000_000);
  expect(await inspect(bomb)).toEqual({ kind: 'refused', reason: 'too-many-pixels' });
});

test('the largest image that is allowed is drawn within the limits of memory', async () => {
  const large = await flatPng({ width: 7_000, height: 7_000 });
  expect(await inspect(large)).toMatchObject({ kind: 'image', width: 7_000 });
});

test('a process that takes too long is ended', async () => {
  const inspecting = inspect(await imageOf('png', { width: 10, height: 10 }), { ...LIMITS, timeoutMs: 1 });
  await expect(inspecting).rejects.toThrow('was ended by SIGKILL');
});

test('a process is ended when its work is not wanted any more', async () => {
  const inspecting = inspect(await imageOf('png', { width: 10, height: 10 }), LIMITS, AbortSignal.abort());
  await expect(inspecting).rejects.toThrow('was ended by SIGKILL');
});
