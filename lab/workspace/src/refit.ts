import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentLock, readLock, type StaleOverlay, staleOverlays, writeLock } from './overlay-lock.ts';
import { overlayDir, serviceDir, type VariantName } from './paths.ts';
import { runGit } from './run-git.ts';

export interface RefitOptions {
  readonly repoRoot: string;
  readonly scenario: string;
  /** Write conflict markers into overlays that do not merge. Default false: they stay as they are. */
  readonly keepConflicts?: boolean;
  /** Find out what would be done, and write nothing: neither overlays nor lock. Default false. */
  readonly dryRun?: boolean;
}

/** What became of one stale overlay file. Those not `merged` or `dropped` keep their old lock entry. */
export interface RefitResult extends StaleOverlay {
  readonly outcome: 'merged' | 'locked' | 'dropped' | 'conflict' | 'unresolved';
  /** For people: what happened, and what to do where a person is needed. */
  readonly detail: string;
}

/**
 * Carries the reference's changes into the overlays of a scenario, by a three-way merge of the base
 * each was made for, the base of today, and the overlay.
 */
export async function refit(options: RefitOptions): Promise<RefitResult[]> {
  const stale = await staleOverlays(options.repoRoot, [options.scenario]);
  const results: RefitResult[] = [];
  for (const overlay of stale) results.push({ ...overlay, ...(await refitOne(options, overlay)) });
  if (results.length > 0 && options.dryRun !== true) await relock(options, results);
  return results;
}

type Outcome = Pick<RefitResult, 'outcome' | 'detail'>;

async function refitOne(options: RefitOptions, overlay: StaleOverlay): Promise<Outcome> {
  switch (overlay.problem) {
    case 'base-moved':
      return mergeBase(options, overlay);
    case 'not-locked':
      return { outcome: 'locked', detail: 'a new overlay file; taken to fit the reference of today' };
    case 'not-there':
      return { outcome: 'dropped', detail: 'the overlay file is gone; its entry was removed' };
    case 'base-gone':
      return {
        outcome: 'unresolved',
        detail:
          'the reference no longer has this file; move the change to where the code went, or delete the overlay file',
      };
    case 'base-appeared':
      return {
        outcome: 'unresolved',
        detail:
          'the reference now has a file of this name; rename the overlay file, or make it a change to the new one',
      };
  }
}

async function mergeBase(options: RefitOptions, overlay: StaleOverlay): Promise<Outcome> {
  const oldBase = await runGit(['cat-file', 'blob', overlay.locked ?? ''], {
    cwd: options.repoRoot,
    accepts: () => true,
  });
  if (oldBase.exitCode !== 0) {
    return {
      outcome: 'unresolved',
      detail: `the repository does not hold the base ${overlay.locked} (a shallow clone, or it was never committed); compare by hand, then write the lock`,
    };
  }
  const overlayFile = join(
    overlayDir(options.repoRoot, overlay.scenario, overlay.variant as VariantName),
    overlay.path,
  );
  const newBase = await readFile(join(serviceDir(options.repoRoot), overlay.path));
  const merged = await mergeFiles(await readFile(overlayFile), oldBase.stdout, newBase);
  const mayWrite = options.dryRun !== true;
  if (merged.conflicts === 0) {
    if (mayWrite) await writeFile(overlayFile, merged.content);
    const isSame = merged.content.equals(newBase);
    return {
      outcome: 'merged',
      detail: isSame ? 'merged, and now the same as the reference: this overlay file shows nothing any more' : 'merged',
    };
  }
  const keepsConflicts = options.keepConflicts === true && mayWrite;
  if (keepsConflicts) await writeFile(overlayFile, merged.content);
  const place = keepsConflicts
    ? `the markers are in ${overlayFile}`
    : 'run again with --keep-conflicts to see them in the file';
  return {
    outcome: 'conflict',
    detail: `${merged.conflicts} conflicts between the overlay and the reference; ${place}`,
  };
}

async function mergeFiles(mine: Buffer, base: Buffer, theirs: Buffer): Promise<{ content: Buffer; conflicts: number }> {
  const scratch = await mkdtemp(join(tmpdir(), 'brownout-refit-'));
  try {
    const contents = { overlay: mine, base, reference: theirs };
    for (const [name, content] of Object.entries(contents)) await writeFile(join(scratch, name), content);
    const labels = ['overlay', 'old reference', 'reference'].flatMap((label) => ['-L', label]);
    // The exit code is the number of conflicts, at most 127; 255 is an error.
    const result = await runGit(['merge-file', '--stdout', '--diff3', ...labels, 'overlay', 'base', 'reference'], {
      cwd: scratch,
      accepts: (exitCode) => exitCode >= 0 && exitCode < 128,
    });
    return { content: result.stdout, conflicts: result.exitCode };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Everything that fits is locked anew; what a person must look at keeps its entry and stays stale. */
async function relock(options: RefitOptions, results: readonly RefitResult[]): Promise<void> {
  const [old, current] = await Promise.all([
    readLock(options.repoRoot, options.scenario),
    currentLock(options.repoRoot, options.scenario),
  ]);
  const open = results.filter((result) => result.outcome === 'conflict' || result.outcome === 'unresolved');
  const lock = Object.entries(current).map(([variant, files]) => {
    const kept = open
      .filter((result) => result.variant === variant)
      .map(({ path }) => [path, old[variant]?.[path] ?? null] as const);
    return [variant, { ...files, ...Object.fromEntries(kept) }] as const;
  });
  await writeLock(options.repoRoot, options.scenario, Object.fromEntries(lock));
}

/** The results as lines for a terminal, those that need a person last. */
export function describeRefit(results: readonly RefitResult[]): string {
  if (results.length === 0) return 'Every overlay fits the reference.\n';
  const needsPerson = (result: RefitResult) => result.outcome === 'conflict' || result.outcome === 'unresolved';
  const ordered = [...results.filter((result) => !needsPerson(result)), ...results.filter(needsPerson)];
  return ordered
    .map((result) => `${result.outcome.padEnd(10)} ${result.variant}/${result.path}: ${result.detail}\n`)
    .join('');
}
