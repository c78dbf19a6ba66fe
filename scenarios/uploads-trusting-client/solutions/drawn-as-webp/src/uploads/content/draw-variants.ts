import { join } from 'node:path';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Variant, VariantFormat, VariantName } from '../upload.ts';
import type { ImageVerdict } from './image-verdict.ts';

export interface ImageRequest {
  readonly file: string;
  /** Where variants are put. */
  readonly folder: string;
  readonly pixelsMax: number;
}

const KINDS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp']);
/** As large as the original, a WebP whatever it was, and with nothing of it but pixels. */
const REDRAWN = 'redrawn';
/** The longest side; nothing is made larger than it was. The large one first: the small one is drawn from it. */
const SIDES: readonly (readonly [VariantName, number])[] = [
  ['medium', 1_200],
  ['thumbnail', 300],
];
const FORMATS: readonly VariantFormat[] = ['webp', 'jpeg'];

/**
 * For the process that reads strangers' files: whatever else the library can read, a file that names itself so is not
 * even tried there, be it SVG, PDF or TIFF.
 */
export function limitDecoders(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['VipsForeignLoadJpegFile', 'VipsForeignLoadPngFile', 'VipsForeignLoadWebpFile'] });
  sharp.cache(false);
  sharp.concurrency(1);
}

/** Decides what an image is by decoding all of it, and draws it anew: what is served carries nothing of it but pixels. */
export async function drawVariants({ file, folder, pixelsMax }: ImageRequest): Promise<ImageVerdict> {
  const head = await headOf(file);
  if (!head || !KINDS.has(head.format)) return refused('type-not-allowed');
  // Before anything is decoded: the head of a bomb is small, and the decoder believes it.
  if (head.width * head.height > pixelsMax) return refused('too-many-pixels');
  try {
    const original = sharp(file, { limitInputPixels: pixelsMax, failOn: 'warning', sequentialRead: true });
    // First: what cannot be read fails here, and is not taken for a disk that is full.
    const variants = await draw(original.clone().autoOrient(), folder);
    await original.autoOrient().webp({ lossless: true }).toFile(join(folder, REDRAWN));
    return { kind: 'image', contentType: 'image/webp', ...head.autoOrient, variants };
  } catch (error) {
    if (isOutOfSpace(error)) throw error;
    return refused('content-broken');
  }
}

/** Undefined for what is none of the three. Nothing is decoded, so no limit of pixels is needed. */
async function headOf(file: string): Promise<Metadata | undefined> {
  return await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
}

async function draw(original: Sharp, folder: string): Promise<Variant[]> {
  const variants: Variant[] = [];
  let from = original;
  for (const [name, side] of SIDES) {
    // Without loss between the two; decoded once, however many formats come of it.
    const { data, info } = await from
      .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const pixels = () => sharp(data, { raw: { width, height, channels } });
    for (const format of FORMATS) {
      const file = join(folder, `${name}.${format}`);
      const { size } =
        format === 'webp'
          ? await pixels().webp({ quality: 80 }).toFile(file)
          : await pixels().flatten({ background: 'white' }).jpeg({ quality: 80, mozjpeg: true }).toFile(file);
      variants.push({ name, format, width, height, bytes: size });
    }
    from = pixels();
  }
  return variants;
}

function refused(reason: 'type-not-allowed' | 'too-many-pixels' | 'content-broken'): ImageVerdict {
  return { kind: 'refused', reason };
}

/** Of the machine, or of the limits of this process: it says nothing about the image. */
function isOutOfSpace(error: unknown): boolean {
  return (
    error instanceof Error && /out of (?:memory|space)|unable to (?:write|open for write)|ENOSPC/i.test(error.message)
  );
}
