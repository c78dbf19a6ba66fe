import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type EditableFiles, submissionLimits } from './editable-files.ts';
import { compareText, type FileTree } from './file-tree.ts';

/** Files that the lab writes into a workspace for people and editors; nothing runs them. */
export const workspaceOwnFiles: readonly string[] = ['README.md', 'SERVICE.md', 'tsconfig.json', '.gitignore'];

/** Same text; an editor that turned line ends into CRLF changed nothing that counts. */
export function isSameText(one: Buffer, other: Buffer): boolean {
  if (one.equals(other)) return true;
  if (!one.includes('\r\n') && !other.includes('\r\n')) return false;
  return withoutCarriageReturns(one) === withoutCarriageReturns(other);
}

function withoutCarriageReturns(content: Buffer): string {
  return content.toString('latin1').replaceAll('\r\n', '\n');
}

async function differs(path: string, base: Buffer | undefined): Promise<boolean> {
  if (base === undefined) return true;
  const { size } = await stat(path).catch(() => ({ size: Number.POSITIVE_INFINITY }));
  if (size > submissionLimits.fileBytesMax) return true;
  return !isSameText(await readFile(path), base);
}

/**
 * What the learner changed, added or deleted outside the editable files. A folder that holds none of
 * the start's other files is a bare submission: nothing was deleted from it.
 */
export async function compareFolderToStart(from: string, start: FileTree, taken: EditableFiles): Promise<string[]> {
  const others = taken.others.filter((entry) => !workspaceOwnFiles.includes(entry.path));
  const changed = await Promise.all(
    others.map(async ({ path, kind }) =>
      kind !== 'file' || (await differs(join(from, path), start.get(path))) ? [path] : [],
    ),
  );
  const present = new Set(others.map((entry) => entry.path));
  const isWhole = others.some((entry) => start.has(entry.path) && !taken.isKept(entry.path));
  const missing = isWhole ? [...start.keys()].filter((path) => isMissing(path, present, taken)) : [];
  return [...changed.flat(), ...missing].sort(compareText);
}

function isMissing(path: string, present: ReadonlySet<string>, taken: EditableFiles): boolean {
  return !present.has(path) && !taken.files.has(path) && !workspaceOwnFiles.includes(path) && !taken.isEditable(path);
}
