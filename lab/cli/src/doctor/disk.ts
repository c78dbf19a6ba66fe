import type { Finding } from './finding.ts';

/** A folder that the lab writes to, and the room on its disk. */
export interface DiskPlace {
  readonly folder: string;
  /** Where tools and templates go; else the repository, where runs are kept. */
  readonly isCache: boolean;
  readonly freeBytes: number;
}

/**
 * Measured on Linux x64: 0.3 GB of tools and template where they are still to be fetched, and 0.3 GB
 * for each stack that runs, of which a grade beside a practice session makes two. The packages and
 * Node are there by the time this is asked.
 */
export const diskGiBMin = 1;

/** Says the fuller of the disks that the lab writes to. */
export function diskFinding(places: readonly DiskPlace[]): Finding {
  const [fullest = { folder: '', isCache: false, freeBytes: 0 }] = places.toSorted(
    (one, other) => one.freeBytes - other.freeBytes,
  );
  const freeGiB = fullest.freeBytes / 1024 ** 3;
  const isLow = freeGiB < diskGiBMin;
  const elsewhere = fullest.isCache ? ', or set BROWNOUT_CACHE to a folder on another disk' : '';
  return {
    id: 'disk',
    what: 'Disk',
    state: isLow ? 'problem' : 'fine',
    found: `${freeGiB.toFixed(1)} GiB free at ${fullest.folder}`,
    fix: isLow ? `free ${diskGiBMin} GiB${elsewhere}` : null,
  };
}
