import type { ExperimentHandle, Random } from '@lab/sdk';
import { holds, sha256Of } from '../../shared/byte-work.ts';
import { kindOf, mp4Of } from '../../shared/sample-files.ts';
import { type ImageSize, jpegOf, pngOf, pngOfBytes, pngText } from '../../shared/sample-images.ts';

/** A file of an experiment, and what is to become of it. */
export interface FileToBring {
  /** For findings, as `a PNG of the largest size`. */
  readonly what: string;
  readonly kind: 'image' | 'video';
  readonly contentType: string;
  readonly content: Uint8Array;
  /** In hexadecimal. */
  readonly sha256: string;
  readonly width: number | null;
  readonly height: number | null;
  /** `never`: nobody may be given it. `either`: whether somebody is, depends on what was put in its place when. */
  readonly expected: 'ready' | 'never' | 'either';
}

type Expected = FileToBring['expected'];

async function fileOf(
  facts: Pick<FileToBring, 'what' | 'kind' | 'contentType' | 'content' | 'expected'>,
): Promise<FileToBring> {
  const { width = null, height = null } = kindOf(facts.content) ?? {};
  return { ...facts, sha256: await sha256Of(facts.content), width, height };
}

/** A film that nobody has sent before, of exactly so many bytes. */
export async function film(
  h: ExperimentHandle,
  what: string,
  { bytes = h.random.integer(6_000, 60_000), expected = 'ready', isInfected = false }: FilmOptions = {},
): Promise<FileToBring> {
  const content = mp4Of(h.random, bytes);
  // At its very end: whoever reads less than all of it does not see it.
  if (isInfected) content.set(h.scanner.testVirus(), bytes - h.scanner.testVirus().length);
  return await fileOf({ what, kind: 'video', contentType: 'video/mp4', content, expected });
}

interface FilmOptions {
  readonly bytes?: number;
  readonly expected?: Expected;
  readonly isInfected?: boolean;
}

/** A picture of this size in pixels and, with a comment that fills it up, in bytes. */
export async function picture(
  h: ExperimentHandle,
  what: string,
  { size = landscape(h.random), bytes, expected = 'ready', isInfected = false }: PictureOptions = {},
): Promise<FileToBring> {
  const virus = isInfected ? String.fromCharCode(...h.scanner.testVirus()) : '';
  const bare = pngOf(h.random, size, pngText(virus)).length;
  const content = pngOf(h.random, size, pngText(virus + '.'.repeat(Math.max(0, (bytes ?? bare) - bare))));
  return await fileOf({ what, kind: 'image', contentType: 'image/png', content, expected });
}

interface PictureOptions {
  readonly size?: ImageSize;
  readonly bytes?: number;
  readonly expected?: Expected;
  readonly isInfected?: boolean;
}

/** A picture of exactly so many bytes, nearly all of them pixels. */
export async function largePicture(h: ExperimentHandle, what: string, bytes: number): Promise<FileToBring> {
  const content = pngOfBytes(h.random, bytes);
  return await fileOf({ what, kind: 'image', contentType: 'image/png', content, expected: 'ready' });
}

export async function jpeg(h: ExperimentHandle, what: string): Promise<FileToBring> {
  const content = jpegOf(h.random, landscape(h.random), `scan ${h.random.integer(0, 1_000_000_000)}`);
  return await fileOf({ what, kind: 'image', contentType: 'image/jpeg', content, expected: 'ready' });
}

/** Broader than high, whatever is drawn of it. */
export function landscape(random: Random): ImageSize {
  return { width: random.integer(140, 180), height: random.integer(50, 80) };
}

/** Higher than broad, so that what is drawn of it is told from what is drawn of the other. */
export function portrait(random: Random): ImageSize {
  return { width: random.integer(50, 80), height: random.integer(140, 180) };
}

/** So many bytes are enough for any picture of these sizes, with a virus in its comment. */
export const pairedBytes = 16_000;

export function isBroad({ width, height }: { readonly width: number | null; readonly height: number | null }) {
  return width === null || height === null ? null : width > height;
}

export function holdsVirus(h: ExperimentHandle, content: Uint8Array): boolean {
  return holds(content, h.scanner.testVirus());
}
