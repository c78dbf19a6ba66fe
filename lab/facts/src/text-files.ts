import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the repository; `path` is relative to its root, with `/`. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** TypeScript below a folder of the repository, without tests and what only tests use, in the order of the paths. */
export async function readCode(repoRoot: string, folder: string): Promise<TextFile[]> {
  const entries = await readdir(join(repoRoot, folder), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(repoRoot.length + 1))
    .filter((path) => !/(?:^|\/)(?:node_modules|testing|broken|mutants|solutions|reference)\//.test(path))
    .sort();
  return await Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(repoRoot, path), 'utf8') })));
}
