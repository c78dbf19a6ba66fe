import { accessSync, constants, lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { readManifest, sha256OfFile, type ToolManifest } from './tool-manifest.ts';
import type { ToolEntry } from './tool-table.ts';
import type { Platform } from './tool-types.ts';

export type CachedTool =
  | { readonly state: 'whole'; readonly path: string; readonly manifest: ToolManifest }
  | { readonly state: 'absent' }
  | { readonly state: 'damaged'; readonly why: string };

/** Folder that holds every cached tool. */
export function toolsFolder(cacheDir: string): string {
  return path.join(cacheDir, 'tools');
}

/** Where a tool lies in the cache. The platform is part of it because home folders are shared between machines. */
export function cachedToolFolder(cacheDir: string, entry: ToolEntry, platform: Platform): string {
  return path.join(toolsFolder(cacheDir), `${entry.name}-${entry.version}-${platform}`);
}

/**
 * Looks at a cached tool. Cheap: size and time of change of each file, as `make` does it; the content is
 * hashed only where the time differs.
 */
export async function checkCachedTool(folder: string): Promise<CachedTool> {
  let manifest: ToolManifest | undefined;
  try {
    manifest = await readManifest(folder);
  } catch {
    return { state: 'damaged', why: 'its manifest cannot be read' };
  }
  if (!manifest) return { state: 'absent' };
  const why = (await findDamage(folder, manifest)) ?? linkDamage(folder, manifest);
  if (why) return { state: 'damaged', why };
  return { state: 'whole', path: path.join(folder, manifest.executable), manifest };
}

async function findDamage(folder: string, manifest: ToolManifest): Promise<string | undefined> {
  for (const file of manifest.files) {
    const full = path.join(folder, file.path);
    // Synchronous on purpose: PostgreSQL has 1,000 files, and as many promises cost 30 ms.
    const stats = lstatSync(full, { throwIfNoEntry: false });
    if (!stats?.isFile()) return `${file.path} is missing`;
    if (stats.size !== file.size) return `${file.path} has ${stats.size} bytes instead of ${file.size}`;
    if (file.executable && !isExecutable(full)) return `${file.path} is not executable`;
    if (Math.trunc(stats.mtimeMs) === file.mtimeMs) continue;
    const hash = await sha256OfFile(full).catch(() => 'unreadable');
    if (hash !== file.sha256) return `${file.path} has changed content`;
  }
  return undefined;
}

function linkDamage(folder: string, manifest: ToolManifest): string | undefined {
  for (const link of manifest.links) {
    try {
      if (readlinkSync(path.join(folder, link.path)) !== link.target) return `${link.path} points elsewhere`;
    } catch {
      return `${link.path} is missing`;
    }
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
