import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@lab/sdk';
import { z } from 'zod';
import { compareText, errorCode, readTree } from './file-tree.ts';
import { blobId } from './hashes.ts';
import { scenarioDir, serviceDir } from './paths.ts';
import { listScenarioIds, listVariants, readOverlay } from './variants.ts';

const lockSchema = z.record(z.string(), z.record(z.string(), z.string().nullable()));

/**
 * By variant and path in the service: git's blob id of the base file that the overlay replaces; null
 * when the overlay adds the file.
 */
export type OverlayLock = Readonly<Record<string, Readonly<Record<string, string | null>>>>;

function lockFile(repoRoot: string, scenario: string): string {
  return join(scenarioDir(repoRoot, scenario), 'overlay.lock.json');
}

/** An empty lock when there is none. @throws LabError `E_LOCK_DAMAGED`. */
export async function readLock(repoRoot: string, scenario: string): Promise<OverlayLock> {
  const file = lockFile(repoRoot, scenario);
  try {
    return lockSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return {};
    throw new LabError('E_LOCK_DAMAGED', {
      message: `${file} is not a lock of overlays.`,
      hint: `restore it with git, or run npx lab scenario refit ${scenario}`,
      cause,
    });
  }
}

/** Ids of the service's files by path, all of them: an overlay may replace any. */
export async function serviceBlobs(repoRoot: string): Promise<ReadonlyMap<string, string>> {
  const files = await readTree(serviceDir(repoRoot), () => true);
  return new Map([...files].map(([path, content]) => [path, blobId(content)]));
}

/** The lock that fits overlays and service as they are now. */
export async function currentLock(repoRoot: string, scenario: string): Promise<OverlayLock> {
  const [blobs, variants] = await Promise.all([serviceBlobs(repoRoot), listVariants(repoRoot, scenario)]);
  const entries = await Promise.all(
    variants.map(async (variant) => {
      const paths = [...(await readOverlay(repoRoot, scenario, variant)).keys()];
      return [variant, Object.fromEntries(paths.map((path) => [path, blobs.get(path) ?? null]))] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/**
 * Writes the lock. Without `lock`, the one that fits now: the author vouches that each overlay was
 * made for the base file of today.
 */
export async function writeLock(repoRoot: string, scenario: string, lock?: OverlayLock): Promise<void> {
  const content = `${JSON.stringify(sorted(lock ?? (await currentLock(repoRoot, scenario))), null, 2)}\n`;
  const file = lockFile(repoRoot, scenario);
  await writeFile(`${file}.new`, content);
  await rename(`${file}.new`, file);
}

function sorted(lock: OverlayLock): OverlayLock {
  const byName = <T>(record: Readonly<Record<string, T>>) =>
    Object.entries(record).sort(([one], [other]) => compareText(one, other));
  return Object.fromEntries(byName(lock).map(([variant, files]) => [variant, Object.fromEntries(byName(files))]));
}

export interface StaleOverlay {
  readonly scenario: string;
  readonly variant: string;
  /** Path in the service. */
  readonly path: string;
  /**
   * `base-moved`: the reference file changed since; `base-gone`: it was deleted; `base-appeared`: the
   * overlay's new file now exists in the reference; `not-locked`: the overlay file has no entry;
   * `not-there`: the entry has no overlay file.
   */
  readonly problem: 'base-moved' | 'base-gone' | 'base-appeared' | 'not-locked' | 'not-there';
  readonly locked: string | null;
  readonly current: string | null;
}

/** Overlays whose base moved under them, over all scenarios or those named. */
export async function staleOverlays(repoRoot: string, scenarioIds?: readonly string[]): Promise<StaleOverlay[]> {
  const ids = scenarioIds ?? (await listScenarioIds(repoRoot));
  const found = await Promise.all(ids.map((scenario) => staleIn(repoRoot, scenario)));
  return found.flat();
}

async function staleIn(repoRoot: string, scenario: string): Promise<StaleOverlay[]> {
  const [lock, current] = await Promise.all([readLock(repoRoot, scenario), currentLock(repoRoot, scenario)]);
  const variants = [...new Set([...Object.keys(current), ...Object.keys(lock)])].sort(compareText);
  return variants.flatMap((variant) => {
    const [locked, now] = [lock[variant] ?? {}, current[variant] ?? {}];
    const paths = [...new Set([...Object.keys(now), ...Object.keys(locked)])].sort(compareText);
    return paths.flatMap((path) => {
      const problem = problemOf(locked[path], now[path]);
      return problem === null
        ? []
        : [{ scenario, variant, path, problem, locked: locked[path] ?? null, current: now[path] ?? null }];
    });
  });
}

function problemOf(
  locked: string | null | undefined,
  current: string | null | undefined,
): StaleOverlay['problem'] | null {
  if (locked === current) return null;
  if (locked === undefined) return 'not-locked';
  if (current === undefined) return 'not-there';
  if (locked === null) return 'base-appeared';
  return current === null ? 'base-gone' : 'base-moved';
}
