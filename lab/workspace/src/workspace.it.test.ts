import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { resetWorkspace } from './reset-workspace.ts';
import { runGit } from './run-git.ts';
import { createFakeRepo, type FakeRepo, fakeScenario } from './testing/fake-repo.ts';
import { createWorkspace } from './workspace.ts';
import { workspaceDiff } from './workspace-diff.ts';
import { workspaceState } from './workspace-state.ts';

const run = promisify(execFile);

async function git(dir: string, ...args: readonly string[]): Promise<string> {
  return (await runGit(args, { cwd: dir })).stdout.toString().trim();
}

interface Learner {
  readonly dir: string;
  readonly options: { readonly repoRoot: string; readonly scenario: typeof fakeScenario };
  write(path: string, content: string | Buffer): Promise<void>;
  read(path: string): Promise<string>;
}

async function learnerOf(repo: FakeRepo): Promise<Learner> {
  const options = { repoRoot: repo.root, scenario: fakeScenario };
  const { dir } = await createWorkspace(options);
  return {
    dir,
    options,
    write: (path, content) => writeFile(join(dir, path), content),
    read: (path) => readFile(join(dir, path), 'utf8'),
  };
}

test('a new workspace holds the broken service, a page for the learner and one commit', async () => {
  await using repo = await createFakeRepo();
  const created = await createWorkspace({ repoRoot: repo.root, scenario: fakeScenario });
  expect(created).toMatchObject({ outcome: 'created', startChanged: false, notice: null });
  expect(await git(created.dir, 'log', '--format=%s %an', '--all')).toBe('start of stale-reads Brownout');
  expect(await git(created.dir, 'status', '--porcelain')).toBe('');
  expect(await git(created.dir, 'branch', '--show-current')).toBe('main');
  expect(await readFile(join(created.dir, 'src/read.ts'), 'utf8')).toContain('return 2');
  const readme = await readFile(join(created.dir, 'README.md'), 'utf8');
  expect(readme).toContain('yesterday’s prices');
  expect(readme).toContain('at most 30 reads a second');
  expect(readme).toContain('- `src/**`');
  expect(readme).toContain('npx lab grade stale-reads');
  expect(readme).not.toContain('migrations');
});

test("the machine's git settings and hooks stay out", async () => {
  await using repo = await createFakeRepo();
  const { dir } = await learnerOf(repo);
  expect(await git(dir, 'config', '--local', '--list')).not.toMatch(/user\.|hookspath/i);
  await expect(stat(join(dir, '.git/hooks'))).rejects.toThrow();
});

test('coming back keeps the work', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await learner.write('src/read.ts', '// mine\n');
  expect(await createWorkspace(learner.options)).toMatchObject({
    outcome: 'resumed',
    startChanged: false,
    notice: null,
  });
  expect(await learner.read('src/read.ts')).toBe('// mine\n');
});

test('coming back to an exercise that changed says so and keeps the work', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await learner.write('src/read.ts', '// mine\n');
  await repo.write({ 'lab/service/src/write.ts': '// the reference moved on\n' });
  const again = await createWorkspace(learner.options);
  expect(again).toMatchObject({ outcome: 'resumed', startChanged: true });
  expect(again.notice).toContain('npx lab reset stale-reads');
  const state = await workspaceState(learner.options);
  expect(state).toMatchObject({
    startChanged: true,
    changed: [{ path: 'src/read.ts', change: 'modified' }],
    ignored: [],
  });
});

test('a deleted history is built again around the work', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await learner.write('src/read.ts', '// mine\n');
  await rm(join(learner.dir, '.git'), { recursive: true });
  expect(await workspaceState(learner.options)).toMatchObject({ state: 'changed', hasHistory: false });
  await expect(workspaceDiff(learner.options)).rejects.toMatchObject({ code: 'E_WORKSPACE_HISTORY' });
  const again = await createWorkspace(learner.options);
  expect(again.outcome).toBe('history-rebuilt');
  expect(await learner.read('src/read.ts')).toBe('// mine\n');
  expect(await workspaceDiff(learner.options)).toContain('+// mine');
});

test('a history that someone replaced is kept beside the new one', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await rm(join(learner.dir, '.git'), { recursive: true });
  await run('git', ['init', '--quiet', learner.dir]);
  const again = await createWorkspace(learner.options);
  expect(again.outcome).toBe('history-rebuilt');
  const kept = /kept in (?<place>\S+)\.$/.exec(again.notice ?? '')?.groups?.place ?? '';
  expect((await stat(kept)).isDirectory()).toBe(true);
});

test('a file in the place of the workspace is left alone', async () => {
  await using repo = await createFakeRepo();
  await repo.write({ '.lab/workspace/stale-reads': 'in the way' });
  const creating = createWorkspace({ repoRoot: repo.root, scenario: fakeScenario });
  await expect(creating).rejects.toMatchObject({ code: 'E_WORKSPACE_NOT_A_FOLDER' });
});

test('the state tells changed files from ignored ones', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  expect(await workspaceState(learner.options)).toMatchObject({ state: 'untouched', changed: [], ignored: [] });
  await learner.write('src/read.ts', '// mine\n');
  await learner.write('src/new.ts', '// new\n');
  await rm(join(learner.dir, 'src/write.ts'));
  await learner.write('package.json', '{}');
  await learner.write('README.md', 'notes');
  expect(await workspaceState(learner.options)).toMatchObject({
    state: 'changed',
    changed: [
      { path: 'src/new.ts', change: 'added' },
      { path: 'src/read.ts', change: 'modified' },
      { path: 'src/write.ts', change: 'deleted' },
    ],
    ignored: ['package.json'],
  });
});

test('the state names bytes that are not UTF-8 and line ends that changed', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await learner.write('src/read.ts', Buffer.from([0x2f, 0x2f, 0xe9]));
  await learner.write('src/write.ts', 'export function write(): void {}\r\n');
  const { changed } = await workspaceState(learner.options);
  expect(changed).toEqual([
    { path: 'src/read.ts', change: 'modified', notUtf8Line: 1 },
    { path: 'src/write.ts', change: 'modified', lineEndsOnly: true },
  ]);
});

test('there is no state of a workspace that was never made', async () => {
  await using repo = await createFakeRepo();
  const options = { repoRoot: repo.root, scenario: fakeScenario };
  expect(await workspaceState(options)).toMatchObject({ state: 'missing' });
  await expect(workspaceDiff(options)).rejects.toMatchObject({ code: 'E_WORKSPACE_MISSING' });
});

test('the diff shows committed, uncommitted, new and deleted files, and leaves the index alone', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  expect(await workspaceDiff(learner.options)).toBe('');
  await learner.write('src/read.ts', '// committed\n');
  await git(learner.dir, 'commit', '-qam', 'mine');
  await learner.write('src/new.ts', '// untracked\n');
  await rm(join(learner.dir, 'src/write.ts'));
  await learner.write('.gitignore', 'src/read.ts\n*.log\n');
  await learner.write('noise.log', 'noise');
  const before = await git(learner.dir, 'status', '--porcelain');
  const diff = await workspaceDiff(learner.options);
  expect(diff).toContain('+// committed');
  expect(diff).toContain('+// untracked');
  expect(diff).toContain('-export function write');
  expect(diff).not.toContain('noise');
  expect(await git(learner.dir, 'status', '--porcelain')).toBe(before);
  expect(await workspaceDiff({ ...learner.options, stat: true })).toMatch(/src\/read\.ts\s+\| \d/);
});

test('a reset restores the start and keeps all work on a ref', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await learner.write('src/write.ts', '// committed\n');
  await git(learner.dir, 'checkout', '-q', '-b', 'try');
  await git(learner.dir, 'commit', '-qam', 'my commit');
  await learner.write('src/read.ts', '// not committed\n');
  await learner.write('src/new.ts', '// untracked\n');
  await learner.write('.gitignore', 'src/new.ts\n');
  const now = () => new Date('2026-03-04T05:06:07Z');
  const reset = await resetWorkspace({ ...learner.options, now });
  expect(reset.backupRef).toBe('refs/brownout/backup-20260304-050607');
  expect(await workspaceState(learner.options)).toMatchObject({ state: 'untouched', hasHistory: true });
  expect(await git(learner.dir, 'status', '--porcelain', '--branch')).toBe('## main');
  const backup = reset.backupRef ?? '';
  expect(await git(learner.dir, 'show', `${backup}:src/read.ts`)).toBe('// not committed');
  expect(await git(learner.dir, 'show', `${backup}:src/new.ts`)).toBe('// untracked');
  expect(await git(learner.dir, 'log', '--format=%s', backup)).toContain('my commit');
  await learner.write('src/read.ts', '// second\n');
  expect((await resetWorkspace({ ...learner.options, now })).backupRef).toBe(`${backup}-2`);
});

test('a reset of an untouched workspace makes no backup', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  expect((await resetWorkspace(learner.options)).backupRef).toBeNull();
});

test('a reset moves to a start that changed, and puts files back where folders were made', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await rm(join(learner.dir, 'src/read.ts'));
  await mkdir(join(learner.dir, 'src/read.ts'));
  await learner.write('src/read.ts/index.ts', '// mine\n');
  await repo.write({ 'lab/service/src/write.ts': '// the reference moved on\n' });
  await resetWorkspace(learner.options);
  expect(await learner.read('src/read.ts')).toContain('return 2');
  expect(await learner.read('src/write.ts')).toContain('moved on');
  expect(await createWorkspace(learner.options)).toMatchObject({ outcome: 'resumed', startChanged: false });
  expect(await workspaceDiff(learner.options)).toBe('');
});

test('a reset keeps packages and secrets', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await mkdir(join(learner.dir, 'node_modules'));
  await learner.write('node_modules/x.js', 'x');
  await learner.write('.env', 'A=1');
  await learner.write('src/read.ts', '// mine\n');
  await resetWorkspace(learner.options);
  expect(await learner.read('node_modules/x.js')).toBe('x');
  expect(await learner.read('.env')).toBe('A=1');
});

test('a lock that git left behind is named', async () => {
  await using repo = await createFakeRepo();
  const learner = await learnerOf(repo);
  await learner.write('src/read.ts', '// mine\n');
  await learner.write('.git/index.lock', '');
  await expect(resetWorkspace(learner.options)).rejects.toMatchObject({ code: 'E_WORKSPACE_LOCKED' });
});

test('a machine without git is told what to install', async () => {
  await using repo = await createFakeRepo();
  const running = runGit(['--version'], { cwd: repo.root, executable: 'git-that-is-not-there' });
  await expect(running).rejects.toMatchObject({ code: 'E_GIT_MISSING', hint: expect.stringContaining('install git') });
});
