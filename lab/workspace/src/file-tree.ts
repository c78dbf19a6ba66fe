import type { Dirent } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mapLimited } from './map-limited.ts';

/** Files by path relative to a root, with `/`. Folders exist only through their files. */
export type FileTree = ReadonlyMap<string, Buffer>;

/** What a walk met: a regular file, a symbolic link, or something else (socket, pipe, device). */
export interface WalkedEntry {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'special';
}

const filesAtOnce = 32;
const neverTaken = new Set(['node_modules', '.git', '.lab', '.DS_Store', 'Thumbs.db']);

/** Installed packages, histories and secrets are never part of a tree, wherever they lie. */
export function isNeverTaken(name: string): boolean {
  if (neverTaken.has(name)) return true;
  return name === '.env' || (name.startsWith('.env.') && name !== '.env.example');
}

function kindOf(entry: Dirent): WalkedEntry['kind'] {
  if (entry.isFile()) return 'file';
  return entry.isSymbolicLink() ? 'link' : 'special';
}

/**
 * Every entry below `root` but folders, sorted. Links are named and never followed.
 * Stops early, with what it has, once more than `entriesMax` were met.
 */
export async function walk(root: string, entriesMax = Number.POSITIVE_INFINITY): Promise<WalkedEntry[]> {
  const found: WalkedEntry[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      if (isNeverTaken(entry.name)) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(path);
      else found.push({ path, kind: kindOf(entry) });
    }
    if (found.length > entriesMax) break;
  }
  return found.sort((one, other) => compareText(one.path, other.path));
}

/** Code-unit order: the same on every machine, whatever its locale. */
export function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** Regular files below `root` that `accepts` lets through. A missing root is an empty tree. */
export async function readTree(root: string, accepts: (path: string) => boolean): Promise<Map<string, Buffer>> {
  const entries = await walk(root).catch(emptyWhenMissing);
  const paths = entries.filter((entry) => entry.kind === 'file' && accepts(entry.path)).map((entry) => entry.path);
  const contents = await mapLimited(paths, filesAtOnce, (path) => readFile(join(root, path)));
  return new Map(paths.map((path, index) => [path, contents[index] as Buffer]));
}

function emptyWhenMissing(error: unknown): WalkedEntry[] {
  if (errorCode(error) === 'ENOENT') return [];
  throw error;
}

/** The system's error code, as `ENOENT`; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Writes a tree below `target`, making the folders it needs. */
export async function writeTree(target: string, tree: FileTree): Promise<void> {
  const folders = new Set([...tree.keys()].map((path) => dirname(join(target, path))));
  await mkdir(target, { recursive: true });
  for (const folder of folders) await mkdir(folder, { recursive: true });
  await mapLimited([...tree], filesAtOnce, ([path, content]) => writeFile(join(target, path), content));
}

/**
 * Makes `target` hold exactly `tree`, touching only what differs, so that build caches that look at
 * modification times stay warm. `keeps` names files that are left alone although the tree lacks them.
 */
export async function syncTree(target: string, tree: FileTree, keeps: (path: string) => boolean): Promise<void> {
  const present = await readTree(target, () => true);
  for (const path of present.keys()) {
    if (!tree.has(path) && !keeps(path)) await rm(join(target, path), { force: true });
  }
  const changed = [...tree].filter(([path, content]) => !present.get(path)?.equals(content));
  await writeTree(target, new Map(changed));
}
