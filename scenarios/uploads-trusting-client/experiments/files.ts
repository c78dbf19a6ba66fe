import type { ExperimentHandle } from '@lab/sdk';
import { mp4Of } from '../../shared/sample-files.ts';
import { jpegOf, pngOf, pngOfBytes, webpOf } from '../../shared/sample-images.ts';
import { imageBytesMax, videoBytesMax } from '../limits.ts';
import { cameraFiles } from './camera-files.ts';
import type { FileToBring } from './follow.ts';

/** A picture that nobody has sent before. */
export function somePng(h: ExperimentHandle, what = 'a PNG'): FileToBring {
  const size = { width: h.random.integer(40, 160), height: h.random.integer(30, 120) };
  return { what, kind: 'image', contentType: 'image/png', content: pngOf(h.random, size), expected: 'ready' };
}

/** A picture of exactly so many bytes. */
export function pngOfSize(h: ExperimentHandle, bytes: number, what = `a PNG of ${bytes} bytes`): FileToBring {
  return { what, kind: 'image', contentType: 'image/png', content: pngOfBytes(h.random, bytes), expected: 'ready' };
}

export function someMp4(h: ExperimentHandle, bytes: number, what = 'a film'): FileToBring {
  return { what, kind: 'video', contentType: 'video/mp4', content: mp4Of(h.random, bytes), expected: 'ready' };
}

/** One of each kind that ShelfWise takes, and those of the largest size. */
export function honestFiles(h: ExperimentHandle): readonly FileToBring[] {
  const size = () => ({ width: h.random.integer(40, 400), height: h.random.integer(30, 300) });
  const image = { kind: 'image', expected: 'ready' } as const;
  const note = `scan ${h.random.integer(0, 1_000_000_000)}`;
  return [
    somePng(h),
    { ...somePng(h, 'a PNG whose checksum was announced'), checksum: 'own' },
    { ...image, what: 'a JPEG', contentType: 'image/jpeg', content: jpegOf(h.random, size(), note) },
    { ...image, what: 'a WebP', contentType: 'image/webp', content: webpOf(h.random, size()) },
    ...cameraFiles(h),
    pngOfSize(h, imageBytesMax, 'a PNG of the largest size'),
    someMp4(h, h.random.integer(2_000, 90_000)),
    someMp4(h, videoBytesMax, 'a film of the largest size'),
  ];
}
