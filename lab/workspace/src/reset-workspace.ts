import { rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileTree, walk, writeTree } from './file-tree.ts';
import { runGit } from './run-git.ts';
import { createWorkspace, type WorkspaceOptions } from './workspace.ts';
import { readStart } from './workspace-files.ts';
import { gitText, ownRepository, recordStart, snapshotTree, startRef } from './workspace-history.ts';

export interface ResetOptions extends WorkspaceOptions {
  /** Keep what is there on a ref of its own. Default true. */
  readonly keepStash?: boolean;
  readonly now?: () => Date;
}

export interface ResetWorkspace {
  readonly dir: string;
  /** `refs/brownout/backup-…` holds the work as it was; null when there was none to keep. */
  readonly backupRef: string | null;
}

/**
 * Brings every file back to the start, the current one. What was there is committed to a ref first,
 * on top of the learner's own commits, so nothing is lost. Installed packages and `.env` stay.
 *
 * @throws EnvironmentError `E_GIT_MISSING`. @throws UsageError `E_WORKSPACE_LOCKED`.
 */
export async function resetWorkspace(options: ResetOptions): Promise<ResetWorkspace> {
  const { dir, outcome } = await createWorkspace(options);
  if (outcome === 'created') return { dir, backupRef: null };
  const entries = await walk(dir);
  const paths = entries.map((entry) => entry.path);
  const saved = entries.filter((entry) => entry.kind !== 'special').map((entry) => entry.path);
  const backupRef = options.keepStash === false ? null : await backUp(dir, saved, options);
  const start = await readStart(options.repoRoot, options.scenario);
  await restoreFiles(dir, paths, start);
  await restoreHistory(dir, options.scenario.id, start);
  return { dir, backupRef };
}

async function headCommit(dir: string): Promise<string> {
  const head = await runGit(['rev-parse', '--verify', '--quiet', 'HEAD'], {
    cwd: dir,
    env: ownRepository(dir),
    accepts: () => true,
  });
  return head.exitCode === 0 ? head.stdout.toString().trim() : gitText(dir, ['rev-parse', startRef]);
}

async function backUp(dir: string, paths: readonly string[], options: ResetOptions): Promise<string | null> {
  const tree = await snapshotTree(dir, paths);
  const head = await headCommit(dir);
  const start = await gitText(dir, ['rev-parse', startRef]);
  const isUntouched = head === start && tree === (await gitText(dir, ['rev-parse', `${start}^{tree}`]));
  if (isUntouched) return null;
  const commit = await gitText(dir, [
    'commit-tree',
    tree,
    '-p',
    head,
    '-m',
    `work on ${options.scenario.id} before a reset`,
  ]);
  const ref = await freeBackupRef(dir, (options.now ?? (() => new Date()))());
  // The empty old value makes git refuse to overwrite a ref that came up in between.
  await gitText(dir, ['update-ref', ref, commit, '']);
  return ref;
}

async function freeBackupRef(dir: string, now: Date): Promise<string> {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  const taken = new Set((await gitText(dir, ['for-each-ref', '--format=%(refname)', 'refs/brownout'])).split('\n'));
  let ref = `refs/brownout/backup-${time}`;
  for (let count = 2; taken.has(ref); count += 1) ref = `refs/brownout/backup-${time}-${count}`;
  return ref;
}

async function restoreFiles(dir: string, paths: readonly string[], start: FileTree): Promise<void> {
  for (const path of paths) await rm(join(dir, path), { force: true });
  // Deepest first; a folder that still holds something of the learner's own, as node_modules, stays.
  const folders = [...new Set(paths.flatMap(foldersAbove))].sort((one, other) => other.length - one.length);
  for (const folder of folders) await rmdir(join(dir, folder)).catch(() => {});
  for (const path of start.keys()) await removeFolderInTheWay(join(dir, path));
  await writeTree(dir, start);
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...foldersAbove(folder)];
}

async function removeFolderInTheWay(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) await rm(path, { recursive: true });
}

async function restoreHistory(dir: string, scenario: string, start: FileTree): Promise<void> {
  const tree = await snapshotTree(dir, [...start.keys()]);
  const isSameStart = tree === (await gitText(dir, ['rev-parse', `${startRef}^{tree}`]));
  const commit = isSameStart
    ? await gitText(dir, ['rev-parse', startRef])
    : await gitText(dir, ['commit-tree', tree, '-m', `start of ${scenario}`]);
  for (const state of ['rebase-merge', 'rebase-apply'])
    await rm(join(dir, '.git', state), { recursive: true, force: true });
  await gitText(dir, ['update-ref', 'refs/heads/main', commit]);
  await gitText(dir, ['symbolic-ref', 'HEAD', 'refs/heads/main']);
  await gitText(dir, ['reset', '--quiet', '--mixed', commit]);
  await recordStart(dir, scenario, start);
}
