import { stat } from 'node:fs/promises';
import { isSameText, workspaceOwnFiles } from './compare.ts';
import { editableMatcher, isTextFile, keptMatcher, lineNotUtf8 } from './editable-files.ts';
import { compareText, type FileTree, readTree } from './file-tree.ts';
import { blobId, treeHash } from './hashes.ts';
import { workspaceDir } from './paths.ts';
import type { WorkspaceOptions } from './workspace.ts';
import { readStart } from './workspace-files.ts';
import { readHistory } from './workspace-history.ts';

export interface ChangedFile {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
  /** Bytes that are not UTF-8 begin on this line: the grader refuses such a file. */
  readonly notUtf8Line?: number;
  /** Only the line ends differ; it runs the same. */
  readonly lineEndsOnly?: boolean;
}

export interface WorkspaceState {
  readonly dir: string;
  readonly state: 'missing' | 'untouched' | 'changed';
  /** False when `.git` was deleted or damaged; `createWorkspace` makes it again. */
  readonly hasHistory: boolean;
  readonly startChanged: boolean;
  /** Editable files that differ from the start. */
  readonly changed: readonly ChangedFile[];
  /** Files that differ and that a submission may not change. */
  readonly ignored: readonly string[];
}

/** What the learner has done so far. Reads only. Needs git, for the history. */
export async function workspaceState(options: WorkspaceOptions): Promise<WorkspaceState> {
  const dir = workspaceDir(options.repoRoot, options.scenario.id);
  const found = await stat(dir).catch(() => null);
  if (!found?.isDirectory())
    return { dir, state: 'missing', hasHistory: false, startChanged: false, changed: [], ignored: [] };
  const [start, history] = await Promise.all([readStart(options.repoRoot, options.scenario), readHistory(dir)]);
  const base = history?.files ?? Object.fromEntries([...start].map(([path, content]) => [path, blobId(content)]));
  const differences = await differencesFrom(base, dir, start);
  const matches = editableMatcher(options.scenario.editable);
  const isKept = keptMatcher(options.scenario.editable, start);
  const isEditable = (path: string): boolean => matches(path) && !isKept(path);
  const changed = differences.filter((file) => isEditable(file.path));
  const others = differences.filter(
    (file) => !isEditable(file.path) && !workspaceOwnFiles.includes(file.path) && file.lineEndsOnly !== true,
  );
  return {
    dir,
    state: changed.length + others.length === 0 ? 'untouched' : 'changed',
    hasHistory: history !== null,
    startChanged: history !== null && history.startHash !== treeHash(start),
    changed,
    ignored: others.map((file) => file.path),
  };
}

async function differencesFrom(
  base: Readonly<Record<string, string>>,
  dir: string,
  start: FileTree,
): Promise<ChangedFile[]> {
  const present = await readTree(dir, () => true);
  const added = [...present.keys()].filter((path) => base[path] === undefined);
  const modified = [...present].filter(([path, content]) => base[path] !== undefined && base[path] !== blobId(content));
  const deleted = Object.keys(base).filter((path) => !present.has(path));
  return [
    ...added.map((path) => describe(path, 'added', present.get(path), undefined)),
    ...modified.map(([path, content]) => describe(path, 'modified', content, start.get(path))),
    ...deleted.map((path) => describe(path, 'deleted', undefined, undefined)),
  ].sort((one, other) => compareText(one.path, other.path));
}

function describe(
  path: string,
  change: ChangedFile['change'],
  content: Buffer | undefined,
  base: Buffer | undefined,
): ChangedFile {
  const notUtf8Line = content === undefined || !isTextFile(path) ? null : lineNotUtf8(content);
  return {
    path,
    change,
    ...(notUtf8Line === null ? {} : { notUtf8Line }),
    ...(content !== undefined && base !== undefined && isSameText(content, base) ? { lineEndsOnly: true } : {}),
  };
}
