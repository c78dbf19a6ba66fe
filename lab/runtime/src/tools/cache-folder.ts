import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { EnvironmentError } from '@lab/sdk';
import type { Environment } from './tool-types.ts';

/**
 * Folder for what outlives a run: tools, template databases. `$BROWNOUT_CACHE`, else
 * `$XDG_CACHE_HOME/brownout`, else `/var/cache/brownout` as root, else the user's own cache.
 * `lab/bootstrap/cache-folder.mjs` decides likewise; a test holds the two together.
 */
export function cacheFolder(env: Environment): string {
  if (env.BROWNOUT_CACHE) return path.resolve(env.BROWNOUT_CACHE);
  if (env.XDG_CACHE_HOME) return path.resolve(env.XDG_CACHE_HOME, 'brownout');
  const home = env.HOME || homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'brownout');
  // Other users must be able to read it: PostgreSQL refuses to run as root.
  if (process.getuid?.() === 0) return '/var/cache/brownout';
  return path.join(home, '.cache', 'brownout');
}

/** Creates the cache folder and proves that it can be written; returns it. Throws E_CACHE_NOT_WRITABLE. */
export async function ensureCacheFolder(env: Environment): Promise<string> {
  const folder = cacheFolder(env);
  const probe = path.join(folder, `.writable-${process.pid}-${Date.now()}`);
  try {
    await makeFolder(folder);
    // One block, so that a full disk shows itself: an empty file can still be created on it.
    await writeFile(probe, Buffer.alloc(4096));
  } catch (error) {
    throw cacheNotWritable(folder, error);
  } finally {
    await rm(probe, { force: true }).catch(() => {
      // The folder cannot be written: the error above says so.
    });
  }
  return folder;
}

/** E_CACHE_NOT_WRITABLE for a failed write, naming the folder and why. */
export function cacheNotWritable(folder: string, cause: unknown): EnvironmentError {
  return new EnvironmentError('E_CACHE_NOT_WRITABLE', {
    message: `The cache folder ${folder} cannot be written: ${reasonOf(cause)}.`,
    hint: 'BROWNOUT_CACHE=<a folder you can write> npm start',
    cause,
  });
}

/** True where a write failed for a reason that no other way of getting a tool can help. */
export function isWriteFailure(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR'].includes(codeOf(error));
}

/** Level by level: where the system answers ENOENT below a folder that exists, as in /proc, `recursive` never ends. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const parent = path.dirname(folder);
    if (codeOf(error) === 'EEXIST' && (await isFolder(folder))) return;
    if (codeOf(error) !== 'ENOENT' || parent === folder || (await isFolder(parent))) throw error;
    await makeFolder(parent);
    await makeFolder(folder);
  }
}

async function isFolder(folder: string): Promise<boolean> {
  return stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

function reasonOf(error: unknown): string {
  const reasons: Record<string, string> = {
    EACCES: 'this user has no permission (EACCES)',
    EPERM: 'this user has no permission (EPERM)',
    EROFS: 'the file system is read-only (EROFS)',
    ENOSPC: 'the disk is full (ENOSPC)',
    EDQUOT: 'your disk quota is used up (EDQUOT)',
    ENOTDIR: 'a part of this path is a file, not a directory (ENOTDIR)',
    ENOENT: 'no folder can be created there (ENOENT)',
    EEXIST: 'it is a file, not a directory (EEXIST)',
  };
  return reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
