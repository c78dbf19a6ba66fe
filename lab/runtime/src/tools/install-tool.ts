import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { cachedToolFolder, checkCachedTool, toolsFolder } from './cached-tool.ts';
import { type ToolManifest, writeManifest } from './tool-manifest.ts';
import type { ToolEntry } from './tool-table.ts';
import type { WayContext } from './tool-types.ts';

/** What a way put into the folder it was given. */
export interface StagedTool {
  readonly version: string;
  /** Relative to the folder. */
  readonly executable: string;
}

export interface InstallOptions {
  readonly way: ToolManifest['way'];
  fill(stageDir: string): Promise<StagedTool>;
}

const LEFT_BEHIND_AFTER_MS = 60 * 60_000;

/**
 * Puts a tool into the cache in one step: filled beside its place, recorded, then renamed. A lab that is
 * killed half-way leaves nothing that looks like a tool. Returns the tool's path.
 */
export async function installTool(
  context: WayContext,
  entry: ToolEntry,
  options: InstallOptions,
): Promise<{ path: string; version: string }> {
  const folder = cachedToolFolder(context.cacheDir, entry, context.platform);
  const stageDir = path.join(
    toolsFolder(context.cacheDir),
    `.new-${path.basename(folder)}-${process.pid}-${randomBytes(4).toString('hex')}`,
  );
  await mkdir(stageDir, { recursive: true });
  try {
    const staged = await options.fill(stageDir);
    await openFolders(stageDir);
    await writeManifest(stageDir, {
      tool: entry.name,
      version: staged.version,
      platform: context.platform,
      way: options.way,
      executable: staged.executable,
    });
    context.signal.throwIfAborted();
    await putInPlace(stageDir, folder);
    return { path: path.join(folder, staged.executable), version: staged.version };
  } finally {
    await rm(stageDir, { recursive: true, force: true });
  }
}

/** Removes what killed labs left half-filled. */
export async function sweepStages(cacheDir: string): Promise<void> {
  const folder = toolsFolder(cacheDir);
  for (const name of await readdir(folder)) {
    if (!name.startsWith('.new-') && !name.startsWith('.old-')) continue;
    const full = path.join(folder, name);
    const stats = await stat(full).catch(() => undefined);
    if (stats && Date.now() - stats.mtimeMs > LEFT_BEHIND_AFTER_MS) await rm(full, { recursive: true, force: true });
  }
}

/** A folder cannot be renamed onto one that is not empty, so the former one is moved aside first. */
async function putInPlace(stageDir: string, folder: string): Promise<void> {
  const aside = `${folder.replace(/[^/]+$/, (name) => `.old-${name}`)}-${randomBytes(4).toString('hex')}`;
  const hadFormer = await rename(folder, aside).then(
    () => true,
    () => false,
  );
  try {
    await rename(stageDir, folder);
  } catch (error) {
    // Another lab was faster: its tool serves as well as ours.
    if ((await checkCachedTool(folder)).state !== 'whole') throw error;
  }
  if (hadFormer) await rm(aside, { recursive: true, force: true });
}

/** Other users must get through, whatever the umask: as root, PostgreSQL runs under another user. */
async function openFolders(stageDir: string): Promise<void> {
  await chmod(stageDir, 0o755);
  for (const entry of await readdir(stageDir, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(full, 0o755);
    else if (entry.isFile()) await chmod(full, (await stat(full)).mode & 0o111 ? 0o755 : 0o644);
  }
}
