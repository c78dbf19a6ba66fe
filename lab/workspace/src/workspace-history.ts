import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FileTree, writeTree } from './file-tree.ts';
import { runGit } from './run-git.ts';
import { readStartRecord, type StartRecord, startRecordOf, writeStartRecord } from './start-record.ts';

/** Points at the start, whatever the learner does with branches. */
export const startRef = 'refs/brownout/start';

/** Writes the start into `dir`, a folder without history, and commits it there. */
export async function writeStartWithHistory(dir: string, scenario: string, start: FileTree): Promise<void> {
  await writeTree(dir, start);
  await runGit(['init', '--quiet', '--initial-branch=main', '.'], { cwd: dir });
  await runGit(['add', '--all', '--force', '.'], { cwd: dir });
  await runGit(['commit', '--quiet', '--no-verify', '--message', `start of ${scenario}`], { cwd: dir });
  await recordStart(dir, scenario, start);
}

/** Notes the commit at HEAD as the start. */
export async function recordStart(dir: string, scenario: string, start: FileTree): Promise<void> {
  const head = (await runGit(['rev-parse', 'HEAD'], { cwd: dir })).stdout.toString().trim();
  await runGit(['update-ref', startRef, head], { cwd: dir });
  await writeStartRecord(dir, startRecordOf(scenario, start, head));
}

/** The record, if the history it speaks of is still there. */
export async function readHistory(dir: string): Promise<StartRecord | null> {
  const record = await readStartRecord(dir);
  if (record === null) return null;
  const found = await runGit(['rev-parse', '--verify', '--quiet', `${startRef}^{commit}`], {
    cwd: dir,
    env: ownRepository(dir),
    accepts: () => true,
  });
  return found.stdout.toString().trim() === record.startCommit ? record : null;
}

/** Without this, a workspace that lost its `.git` would be taken for a part of the repository around it. */
export function ownRepository(dir: string): Record<string, string> {
  return { GIT_DIR: join(dir, '.git'), GIT_WORK_TREE: dir };
}

/** Trimmed output of one git command in the workspace's own repository. */
export async function gitText(dir: string, args: readonly string[]): Promise<string> {
  return (await runGit(args, { cwd: dir, env: ownRepository(dir) })).stdout.toString().trim();
}

/**
 * These files of the work tree as a git tree object. Neither the learner's index nor their ignore
 * rules are touched or asked.
 */
export async function snapshotTree(dir: string, paths: readonly string[]): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'brownout-index-'));
  try {
    const env = { ...ownRepository(dir), GIT_INDEX_FILE: join(scratch, 'index') };
    await runGit(['update-index', '--add', '-z', '--stdin'], {
      cwd: dir,
      env,
      input: paths.map((path) => `${path}\0`).join(''),
    });
    return (await runGit(['write-tree'], { cwd: dir, env })).stdout.toString().trim();
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Those of the paths that the workspace's ignore rules name. */
export async function gitIgnored(dir: string, paths: readonly string[]): Promise<ReadonlySet<string>> {
  if (paths.length === 0) return new Set();
  const asked = await runGit(['check-ignore', '--no-index', '--stdin', '-z'], {
    cwd: dir,
    env: ownRepository(dir),
    input: paths.map((path) => `${path}\0`).join(''),
    accepts: (exitCode) => exitCode === 0 || exitCode === 1,
  });
  return new Set(asked.stdout.toString().split('\0'));
}
