import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Scenario, UsageError } from '@lab/sdk';
import type { Context } from '../context.ts';
import { readSignatures } from '../session/file-signatures.ts';
import { suggest } from '../suggest.ts';

/** A file of the learner's folder. */
export interface KnownFile {
  /** What pages name it by: a path never comes from outside. */
  readonly id: string;
  /** Relative to the workspace, with slashes. */
  readonly path: string;
  /** One of those that the scenario says to read first. */
  readonly isStart: boolean;
}

export interface KnownFiles {
  readonly dir: string;
  readonly files: readonly KnownFile[];
}

/**
 * The files of the workspace of a scenario, as they are now: those to read first, then the others. Links are none.
 *
 * @throws UsageError `E_WORKSPACE_MISSING`.
 */
export async function knownFiles(context: Context, scenario: Scenario): Promise<KnownFiles> {
  const { workspaceDir } = await context.services.workspace();
  const dir = workspaceDir(context.repoRoot, scenario.id);
  if ((await stat(dir).catch(() => null))?.isDirectory() !== true) {
    throw new UsageError('E_WORKSPACE_MISSING', {
      message: `There is no workspace of ${scenario.id} yet.`,
      hint: `npx lab start ${scenario.id} makes one`,
    });
  }
  const present = [...(await readSignatures(dir)).keys()].sort();
  const first = scenario.startWith.filter((path) => present.includes(path));
  const paths = [...first, ...present.filter((path) => !first.includes(path))];
  return { dir, files: paths.map((path, index) => ({ id: idOf(path), path, isStart: index < first.length })) };
}

/** @throws UsageError `E_FILE_UNKNOWN`. */
export function fileById({ dir, files }: KnownFiles, id: string): string {
  const found = files.find((file) => file.id === id);
  if (found !== undefined) return join(dir, found.path);
  throw new UsageError('E_FILE_UNKNOWN', {
    message: 'The workspace has no such file any more.',
    hint: 'load the page again',
  });
}

/** By its whole path, or by an end of it that only one has, as `read-book.ts`. @throws UsageError `E_FILE_UNKNOWN`. */
export function fileByName({ dir, files }: KnownFiles, name: string): string {
  const paths = files.map(({ path }) => path);
  const matches = paths.includes(name) ? [name] : paths.filter((path) => path.endsWith(`/${name}`));
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return join(dir, only);
  const meant = suggest(name, paths);
  throw new UsageError('E_FILE_UNKNOWN', {
    message: matches.length > 1 ? `"${name}" names ${matches.length} files.` : `The workspace has no file "${name}".`,
    hint: matches.length > 1 ? matches.join(' or ') : meant === null ? dir : `Did you mean ${meant}?`,
  });
}

function idOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
