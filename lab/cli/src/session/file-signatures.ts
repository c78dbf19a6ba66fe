import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What tells that a file is another one than before, by path relative to the folder, with slashes. */
export type FileSignatures = ReadonlyMap<string, string>;

const ignoredFolders = new Set(['.git', 'node_modules']);
const filesMax = 10_000;

/** Signatures of every file below `dir`. A folder that is gone has none. */
export async function readSignatures(dir: string): Promise<FileSignatures> {
  const files: string[] = [];
  await collect(dir, files);
  const entries = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => null);
      // Gone between listing and looking: the next look sees the folder as it then is.
      if (found === null) return [];
      const path = relative(dir, file).split(sep).join('/');
      return [[path, `${found.ino}:${found.size}:${found.mtimeMs}:${found.ctimeMs}`] as const];
    }),
  );
  return new Map(entries.flat());
}

/** Paths that were added, removed or changed, sorted. */
export function changedPaths(before: FileSignatures, after: FileSignatures): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

async function collect(folder: string, files: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (files.length >= filesMax) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!ignoredFolders.has(entry.name)) await collect(path, files);
    } else if (entry.isFile()) files.push(path);
  }
}
