import { mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyRepository } from './copy-repository.ts';

async function makeRepository(): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'bench-copy-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const files = [
    'lab/cli/src/main.ts',
    'lab/cli/node_modules/nested/index.js',
    'grader/judge/src/judge.ts',
    'scenarios/index.ts',
    'package.json',
    'tsconfig.base.json',
    'node_modules/express/index.js',
    'node_modules/@types/node/index.d.ts',
    '.lab/workspace/one/mine.ts',
  ];
  for (const file of files) {
    await mkdir(dirname(join(root, 'from', file)), { recursive: true });
    await writeFile(join(root, 'from', file), file);
  }
  await mkdir(join(root, 'from', 'node_modules', '@lab'));
  await symlink('../../lab/cli', join(root, 'from', 'node_modules', '@lab', 'cli'));
  await symlink('../../grader/judge', join(root, 'from', 'node_modules', '@lab', 'judge'));
  return root;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

test('code is copied, and the own packages of the copy lead to the copy', async () => {
  const root = await makeRepository();
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  await copyRepository(from, to);
  expect(await readFile(join(to, 'lab/cli/src/main.ts'), 'utf8')).toBe('lab/cli/src/main.ts');
  expect(await realpath(join(to, 'lab/cli/src/main.ts'))).toBe(join(to, 'lab/cli/src/main.ts'));
  expect(await realpath(join(to, 'node_modules/@lab/cli'))).toBe(join(to, 'lab/cli'));
  expect(await realpath(join(to, 'node_modules/@lab/judge'))).toBe(join(to, 'grader/judge'));
});

test('packages of others are linked, and the workspace of a learner is not taken along', async () => {
  const root = await makeRepository();
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  await copyRepository(from, to);
  expect(await realpath(join(to, 'node_modules/express'))).toBe(join(from, 'node_modules/express'));
  expect(await realpath(join(to, 'node_modules/@types/node'))).toBe(join(from, 'node_modules/@types/node'));
  expect(await isThere(join(to, '.lab'))).toBe(false);
  expect(await isThere(join(to, 'lab/cli/node_modules'))).toBe(false);
});
