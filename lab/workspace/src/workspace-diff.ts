import { stat } from 'node:fs/promises';
import { UsageError } from '@lab/sdk';
import { walk } from './file-tree.ts';
import { workspaceDir } from './paths.ts';
import { runGit } from './run-git.ts';
import type { WorkspaceOptions } from './workspace.ts';
import { gitIgnored, ownRepository, readHistory, snapshotTree, startRef } from './workspace-history.ts';

export interface DiffOptions extends WorkspaceOptions {
  /** Names and counts of lines in place of the lines. */
  readonly stat?: boolean;
  readonly color?: boolean;
}

/**
 * The learner's changes since the start as a unified diff, whether committed or not. Empty when there
 * are none. What `.gitignore` names is left out, unless it is a file of the start.
 *
 * @throws UsageError `E_WORKSPACE_MISSING`; EnvironmentError `E_GIT_MISSING`.
 */
export async function workspaceDiff(options: DiffOptions): Promise<string> {
  const dir = workspaceDir(options.repoRoot, options.scenario.id);
  const history = await readHistory(dir);
  if (history === null) throw await noHistory(dir, options.scenario.id);
  const entries = (await walk(dir)).filter((entry) => entry.kind !== 'special');
  const paths = entries.map((entry) => entry.path);
  const ignored = await gitIgnored(
    dir,
    paths.filter((path) => history.files[path] === undefined),
  );
  const tree = await snapshotTree(
    dir,
    paths.filter((path) => !ignored.has(path)),
  );
  const flags = [
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    options.color === true ? '--color=always' : '--color=never',
  ];
  const form = options.stat === true ? ['--stat=100'] : ['--patch'];
  const args = ['diff-tree', '-r', ...flags, ...form, startRef, tree];
  return (await runGit(args, { cwd: dir, env: ownRepository(dir) })).stdout.toString();
}

async function noHistory(dir: string, id: string): Promise<UsageError> {
  const exists = await stat(dir).then(
    () => true,
    () => false,
  );
  return exists
    ? new UsageError('E_WORKSPACE_HISTORY', {
        message: `${dir} has no git history that the lab could use.`,
        hint: `npx lab start ${id} makes it again and keeps your files`,
      })
    : new UsageError('E_WORKSPACE_MISSING', {
        message: `There is no workspace for "${id}" yet.`,
        hint: `npx lab start ${id}`,
      });
}
