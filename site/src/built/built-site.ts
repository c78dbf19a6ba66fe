import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A page as it was built; `path` is its address, as `/lessons/caching/`. */
export interface BuiltPage {
  readonly path: string;
  readonly html: string;
}

/** A folder of built pages. */
export interface BuiltSite {
  readonly pages: readonly BuiltPage[];
  /** Addresses of all files, pages among them by their file names too. */
  readonly files: ReadonlySet<string>;
}

/** Reads what a build has left in a folder. */
export async function readBuiltSite(folder: string): Promise<BuiltSite> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => `/${join(entry.parentPath, entry.name).slice(folder.length + 1)}`)
    .sort();
  const pages = files
    .filter((file) => file.endsWith('.html'))
    .map(async (file) => ({
      path: file.replace(/index\.html$/, ''),
      html: await readFile(join(folder, file), 'utf8'),
    }));
  return { pages: await Promise.all(pages), files: new Set(files) };
}
