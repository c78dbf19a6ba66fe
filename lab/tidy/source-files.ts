import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the repository; `path` is relative to the root, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

const skippedFolders = new Set(['node_modules', '.git', '.lab', 'dist', '.astro']);
const textual = /\.(?:[cm]?[jt]s|json|md|mdx|sql|css|astro|ya?ml|sh)$|(?:^|\/)(?:Dockerfile|run)$/;

export const repoRoot = join(import.meta.dirname, '..', '..');

/** Every text file below `root`, sorted; what is installed, built or git-ignored by folder is left out. */
export async function readSources(root: string): Promise<SourceFile[]> {
  const paths = (await walk(root, '')).filter((path) => textual.test(path)).sort();
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })));
}

async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) return entry.isFile() ? [path] : [];
      return skippedFolders.has(entry.name) ? [] : walk(root, path);
    }),
  );
  return found.flat();
}

export function isCode(path: string): boolean {
  return /\.(?:[cm]?[jt]s)$/.test(path);
}

/** Tests and what only tests use. */
export function isTestCode(path: string): boolean {
  return /\.test\.[cm]?[jt]s$/.test(path) || /(?:^|\/)testing\//.test(path);
}
