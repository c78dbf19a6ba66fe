import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Scenario, UsageError } from '@lab/sdk';
import { errorCode, type FileTree } from './file-tree.ts';
import { treeHash } from './hashes.ts';
import { workspaceDir } from './paths.ts';
import { readStart, siblingDir } from './workspace-files.ts';
import { readHistory, writeStartWithHistory } from './workspace-history.ts';

export interface WorkspaceOptions {
  readonly repoRoot: string;
  readonly scenario: Scenario;
}

export interface CreatedWorkspace {
  readonly dir: string;
  /** `resumed` and `history-rebuilt` kept every file of the learner's. */
  readonly outcome: 'created' | 'resumed' | 'history-rebuilt';
  /** The exercise changed since this workspace was made; `lab reset` brings the new start. */
  readonly startChanged: boolean;
  /** What a person should know, in whole sentences; null when all is as expected. */
  readonly notice: string | null;
}

/**
 * Makes the learner's folder, or finds it again with the work in it.
 *
 * @throws EnvironmentError `E_GIT_MISSING`. @throws UsageError `E_WORKSPACE_NOT_A_FOLDER`.
 */
export async function createWorkspace(options: WorkspaceOptions): Promise<CreatedWorkspace> {
  const dir = workspaceDir(options.repoRoot, options.scenario.id);
  const start = await readStart(options.repoRoot, options.scenario);
  if (!(await isFolder(dir))) {
    await stage(options, start, (staged) => rename(staged, dir));
    return { dir, outcome: 'created', startChanged: false, notice: null };
  }
  const history = await readHistory(dir);
  if (history === null) return rebuildHistory(options, dir, start);
  const startChanged = history.startHash !== treeHash(start);
  return {
    dir,
    outcome: 'resumed',
    startChanged,
    notice: startChanged ? startChangedNotice(options.scenario.id) : null,
  };
}

function startChangedNotice(id: string): string {
  return `The exercise has changed since this workspace was made. Your files are untouched, and grading uses the new exercise with your files on top. To begin from the new start, run: npx lab reset ${id} (your work is kept in a backup).`;
}

async function isFolder(dir: string): Promise<boolean> {
  const found = await lstat(dir).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return false;
  if (found.isDirectory()) return true;
  throw new UsageError('E_WORKSPACE_NOT_A_FOLDER', {
    message: `${dir} is in the way: it is not a folder.`,
    hint: `move ${dir} away and run the command again`,
  });
}

/** Prepares a whole workspace beside its place, so that a crash leaves no half-made one. */
async function stage(
  options: WorkspaceOptions,
  start: FileTree,
  use: (staged: string) => Promise<void>,
): Promise<void> {
  const half = siblingDir(options.repoRoot, options.scenario.id, 'staging-');
  const staged = `${half}${randomBytes(4).toString('hex')}`;
  try {
    await mkdir(dirname(staged), { recursive: true });
    await removeHalfMade(half);
    await writeStartWithHistory(staged, options.scenario.id, start);
    await use(staged);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** What a start that was killed in between has left. Of two starts in one checkout the second is refused before. */
async function removeHalfMade(prefix: string): Promise<void> {
  const folder = dirname(prefix);
  const names = (await readdir(folder)).filter((name) => name.startsWith(basename(prefix)));
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
}

async function rebuildHistory(options: WorkspaceOptions, dir: string, start: FileTree): Promise<CreatedWorkspace> {
  const damaged = join(dir, '.git');
  const kept = siblingDir(options.repoRoot, options.scenario.id, `former-git-${randomBytes(4).toString('hex')}`);
  const hadHistory = await lstat(damaged).then(
    () => true,
    () => false,
  );
  await stage(options, start, async (staged) => {
    if (hadHistory) await rename(damaged, kept);
    await rename(join(staged, '.git'), damaged);
  });
  const where = hadHistory ? ` The old one is kept in ${kept}.` : '';
  return {
    dir,
    outcome: 'history-rebuilt',
    startChanged: false,
    notice: `The workspace had no git history that the lab could use, so a new one was made with the start as its first commit. Your files are untouched.${where}`,
  };
}
