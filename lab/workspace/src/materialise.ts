import { rm, stat } from 'node:fs/promises';
import { SubmissionError, UsageError } from '@lab/sdk';
import { compareFolderToStart } from './compare.ts';
import { type EditableFiles, readEditable } from './editable-files.ts';
import { type FileTree, writeTree } from './file-tree.ts';
import { treeHash } from './hashes.ts';
import type { VariantName } from './paths.ts';
import { readVariant } from './variants.ts';

export interface MaterialiseOptions {
  readonly repoRoot: string;
  /** Folder to make; what it held before is removed. */
  readonly target: string;
  readonly scenario?: string;
  /** Default `reference`. */
  readonly variant?: VariantName;
  /** A learner's folder, of which only files that match the globs are taken. */
  readonly editable?: { readonly from: string; readonly globs: readonly string[] };
}

export interface Materialised {
  readonly codeDir: string;
  /** Files of the learner's folder that differ from the start and that a submission may not change. */
  readonly ignored: readonly string[];
  /** Of all that can change how the code runs; tests and prose are left out, so proofs outlive their edits. */
  readonly hash: string;
}

/**
 * Makes a fresh code tree: the reference, one overlay on it, and the learner's editable files on
 * top. An editable file that the learner deleted is missing in the result too.
 *
 * @throws SubmissionError stage `unpack` for what a submission may not hold.
 * @throws UsageError `E_VARIANT_UNKNOWN`, `E_WORKSPACE_MISSING`.
 */
export async function materialise(options: MaterialiseOptions): Promise<Materialised> {
  const start = await readVariant(options.repoRoot, options.scenario, options.variant ?? 'reference');
  const { tree, ignored } =
    options.editable === undefined ? { tree: start, ignored: [] } : await layOn(start, options.editable);
  await rm(options.target, { recursive: true, force: true });
  await writeTree(options.target, tree);
  return { codeDir: options.target, ignored, hash: runHash(tree) };
}

/** Hash of what can change how a tree runs. */
export function runHash(tree: FileTree): string {
  const counted = [...tree].filter(([path]) => !/\.test\.ts$|\.md$/.test(path));
  return treeHash(new Map(counted));
}

async function layOn(
  start: FileTree,
  editable: { from: string; globs: readonly string[] },
): Promise<{ tree: FileTree; ignored: string[] }> {
  await assertFolder(editable.from);
  const taken = await readEditable(editable.from, editable.globs, start);
  const tree = layFiles(start, taken);
  return { tree, ignored: await compareFolderToStart(editable.from, start, taken) };
}

async function assertFolder(from: string): Promise<void> {
  const found = await stat(from).catch(() => null);
  if (found?.isDirectory()) return;
  throw new UsageError('E_WORKSPACE_MISSING', {
    message: `There is no workspace at ${from}.`,
    hint: 'npx lab start makes one',
  });
}

function layFiles(start: FileTree, taken: EditableFiles): FileTree {
  const kept = [...start].filter(([path]) => !taken.isEditable(path));
  const tree = new Map([...kept, ...taken.files]);
  for (const path of taken.files.keys()) assertNoFileAbove(tree, path);
  return tree;
}

/** A folder in the place of a file that may not change: both cannot be. */
function assertNoFileAbove(tree: FileTree, path: string): void {
  const segments = path.split('/');
  for (let depth = 1; depth < segments.length; depth += 1) {
    const above = segments.slice(0, depth).join('/');
    if (!tree.has(above)) continue;
    throw new SubmissionError('E_FILE_BECAME_FOLDER', {
      stage: 'unpack',
      message: `${above} is a file that a submission may not change, and the workspace has a folder in its place (with ${path}).`,
      hint: `remove the folder ${above}, then restore the file with npx lab reset`,
    });
  }
}
