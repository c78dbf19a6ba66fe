import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { regionOf } from '@lab/lessons';

/** What a fence of code asks for: ```` ```ts file=lab/service/src/jobs/backoff.ts region=backoffMs ````. */
export interface CodePlace {
  /** Relative to the root of the repository. */
  readonly file: string;
  /** Null for the whole file. */
  readonly region: string | null;
}

/** Null for a fence that has its code in itself. Throws where it names a region of no file, or a path outside. */
export function codePlaceOf(meta: string | null | undefined): CodePlace | null {
  const file = settingOf(meta, 'file');
  const region = settingOf(meta, 'region');
  if (file === undefined && region === undefined) return null;
  if (file === undefined) throw new Error(`A fence says "${meta}": a region is one of a file=<path>.`);
  const isInside = !file.startsWith('/') && !normalize(file).startsWith('..');
  if (!isInside) throw new Error(`A fence names ${file}: the path is relative to the root of the repository.`);
  return { file, region: region ?? null };
}

/** The code of a place, as it is now. Throws, naming the place, where there is no such file or region. */
export function readCodeRegion(repoRoot: string, { file, region }: CodePlace): string {
  try {
    const text = readFileSync(join(repoRoot, file), 'utf8');
    return region === null ? text.trimEnd() : regionOf(text, region);
  } catch (cause) {
    const place = region === null ? file : `the region ${region} of ${file}`;
    throw new Error(`A page shows ${place}, which cannot be had: ${String(cause)}`, { cause });
  }
}

function settingOf(meta: string | null | undefined, name: string): string | undefined {
  return new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(meta ?? '')?.[1];
}
