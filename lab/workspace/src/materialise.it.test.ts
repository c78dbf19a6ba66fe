import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SubmissionError, UsageError } from '@lab/sdk';
import { describe, expect, test } from 'vitest';
import { walk } from './file-tree.ts';
import { type MaterialiseOptions, materialise } from './materialise.ts';
import { createFakeRepo, type FakeRepo } from './testing/fake-repo.ts';

const globs = ['src/**', 'bin/**'];

/** The broken variant with a learner's folder on top, which begins as a copy of the start. */
async function learner(
  repo: FakeRepo,
  editable: readonly string[] = globs,
): Promise<{ from: string; grade: () => ReturnType<typeof materialise> }> {
  const from = repo.path('learner');
  await materialise({ repoRoot: repo.root, target: from, scenario: 'stale-reads', variant: 'broken' });
  const options: MaterialiseOptions = {
    repoRoot: repo.root,
    target: repo.path('.lab/run/code'),
    scenario: 'stale-reads',
    variant: 'broken',
    editable: { from, globs: editable },
  };
  return { from, grade: () => materialise(options) };
}

async function files(dir: string): Promise<string[]> {
  return (await walk(dir)).map((entry) => entry.path);
}

test('a variant is the reference with the overlay laid on it', async () => {
  await using repo = await createFakeRepo();
  const target = repo.path('out');
  const made = await materialise({ repoRoot: repo.root, target, scenario: 'stale-reads', variant: 'broken' });
  expect(made).toMatchObject({ codeDir: target, ignored: [] });
  expect(await files(target)).toEqual([
    '.env.example',
    'bin/api.ts',
    'package.json',
    'src/read.test.ts',
    'src/read.ts',
    'src/write.ts',
  ]);
  expect(await readFile(join(target, 'src/read.ts'), 'utf8')).toContain('return 2');
  expect(await readFile(join(target, 'src/write.ts'), 'utf8')).toContain('write');
});

test('what a scenario adds to the reference is in its reference and in no variant', async () => {
  await using repo = await createFakeRepo();
  await repo.write({ 'scenarios/stale-reads/reference/src/asked-for.ts': 'export const askedFor = 1;\n' });
  const holdsIt = async (options: Pick<MaterialiseOptions, 'scenario' | 'variant'>): Promise<boolean> => {
    await materialise({ repoRoot: repo.root, target: repo.path('out'), ...options });
    return (await files(repo.path('out'))).includes('src/asked-for.ts');
  };
  const scenario = 'stale-reads';
  expect(await holdsIt({ scenario, variant: 'reference' })).toBe(true);
  expect(await holdsIt({ scenario, variant: 'broken' })).toBe(false);
  expect(await holdsIt({ variant: 'reference' })).toBe(false);
});

test('secrets, packages and tests that name the defect are not copied', async () => {
  await using repo = await createFakeRepo();
  const target = repo.path('out');
  await materialise({ repoRoot: repo.root, target });
  const names = (await readdir(target, { recursive: true })).sort();
  expect(names.filter((name) => /node_modules|^\.env$|policy/.test(name))).toEqual([]);
});

test('what the target held before is gone', async () => {
  await using repo = await createFakeRepo();
  await repo.write({ 'out/src/left-over.ts': '' });
  await materialise({ repoRoot: repo.root, target: repo.path('out') });
  expect(await files(repo.path('out'))).not.toContain('src/left-over.ts');
});

test('the hash depends on code and not on tests, prose or place', async () => {
  await using repo = await createFakeRepo();
  const hash = async (target: string) => (await materialise({ repoRoot: repo.root, target: repo.path(target) })).hash;
  const first = await hash('one');
  await repo.write({ 'lab/service/src/read.test.ts': '// changed\n', 'lab/service/README.md': 'words\n' });
  expect(await hash('two')).toBe(first);
  await repo.write({ 'lab/service/src/write.ts': 'export function write(): void { }\n' });
  expect(await hash('three')).not.toBe(first);
});

test('editable files are taken, and deleted ones are missing in the result', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  await writeFile(join(from, 'src/read.ts'), 'export const read = () => 9;\n');
  await mkdir(join(from, 'src/new'));
  await writeFile(join(from, 'src/new/helper.ts'), 'export {};\n');
  await rm(join(from, 'src/write.ts'));
  const { codeDir, ignored } = await grade();
  expect(ignored).toEqual([]);
  expect(await readFile(join(codeDir, 'src/read.ts'), 'utf8')).toContain('9');
  expect(await files(codeDir)).toContain('src/new/helper.ts');
  expect(await files(codeDir)).not.toContain('src/write.ts');
});

test('changes outside the editable files are named and not taken', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  await writeFile(join(from, 'package.json'), '{"type":"commonjs"}');
  await writeFile(join(from, 'notes.txt'), 'mine');
  await writeFile(join(from, 'README.md'), 'the lab’s own file, free to change');
  await rm(join(from, '.env.example'));
  await mkdir(join(from, 'node_modules'));
  await writeFile(join(from, 'node_modules/x.js'), '');
  const { codeDir, ignored } = await grade();
  expect(ignored).toEqual(['.env.example', 'notes.txt', 'package.json']);
  expect(await readFile(join(codeDir, 'package.json'), 'utf8')).toContain('module');
  expect(await files(codeDir)).not.toContain('notes.txt');
});

test('a folder with the editable files alone is a whole submission', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  await rm(join(from, 'package.json'));
  await rm(join(from, '.env.example'));
  expect((await grade()).ignored).toEqual([]);
});

describe('migrations of the start', () => {
  const withMigrations = [...globs, 'migrations/**'];
  const first = 'lab/service/migrations/0001_start.sql';

  async function migrating(repo: FakeRepo) {
    await repo.write({ [first]: 'CREATE TABLE books ();\n', 'lab/service/migrations/0001_start.down.sql': '' });
    return await learner(repo, withMigrations);
  }

  test('stay as they are, whatever the learner did to them, and that is said', async () => {
    await using repo = await createFakeRepo();
    const { from, grade } = await migrating(repo);
    await writeFile(join(from, 'migrations/0001_start.sql'), 'DROP TABLE books;\n');
    await rm(join(from, 'migrations/0001_start.down.sql'));
    const { codeDir, ignored } = await grade();
    expect(ignored).toEqual(['migrations/0001_start.down.sql', 'migrations/0001_start.sql']);
    expect(await readFile(join(codeDir, 'migrations/0001_start.sql'), 'utf8')).toContain('CREATE TABLE');
    expect(await files(codeDir)).toContain('migrations/0001_start.down.sql');
  });

  test('have new ones beside them', async () => {
    await using repo = await createFakeRepo();
    const { from, grade } = await migrating(repo);
    await writeFile(join(from, 'migrations/0002_more.sql'), 'SELECT 1;\n');
    const { codeDir, ignored } = await grade();
    expect(ignored).toEqual([]);
    expect(await files(codeDir)).toContain('migrations/0002_more.sql');
  });

  test('do not make a bare submission a whole workspace', async () => {
    await using repo = await createFakeRepo();
    const { from, grade } = await migrating(repo);
    await rm(join(from, 'package.json'));
    await rm(join(from, '.env.example'));
    expect((await grade()).ignored).toEqual([]);
    await rm(join(from, 'migrations'), { recursive: true });
    const { codeDir, ignored } = await grade();
    expect(ignored).toEqual([]);
    expect(await files(codeDir)).toContain('migrations/0001_start.sql');
  });
});

test('line ends that an editor changed are no change', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  await writeFile(join(from, '.env.example'), 'PORT=1\r\n');
  expect((await grade()).ignored).toEqual([]);
});

test('a file that became a folder is taken with its content', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  await rm(join(from, 'src/read.ts'));
  await mkdir(join(from, 'src/read.ts'));
  await writeFile(join(from, 'src/read.ts/index.ts'), 'export {};\n');
  const { codeDir } = await grade();
  expect(await files(codeDir)).toContain('src/read.ts/index.ts');
});

async function rejection(promise: Promise<unknown>): Promise<SubmissionError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SubmissionError);
  return error as SubmissionError;
}

test('a folder in the place of a file that may not change is refused', async () => {
  await using repo = await createFakeRepo();
  const from = repo.path('learner');
  await repo.write({ 'learner/package.json/src.ts': '' });
  const editable = { from, globs: ['**/*.ts'] };
  const error = await rejection(materialise({ repoRoot: repo.root, target: repo.path('out'), editable }));
  expect(error).toMatchObject({ code: 'E_FILE_BECAME_FOLDER', stage: 'unpack' });
});

test('links are refused where editable files are, and ignored elsewhere', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  await symlink('/etc', join(from, 'docs'));
  expect((await grade()).ignored).toEqual(['docs']);
  await symlink('/etc/hostname', join(from, 'src/host.ts'));
  expect(await rejection(grade())).toMatchObject({
    code: 'E_FILE_IS_LINK',
    message: expect.stringContaining('src/host.ts'),
  });
  await rm(join(from, 'src'), { recursive: true });
  await symlink(repo.path('lab/service/src'), join(from, 'src'));
  expect(await rejection(grade())).toMatchObject({ code: 'E_FILE_IS_LINK' });
});

test('files over one megabyte are refused', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  await writeFile(join(from, 'src/data.ts'), Buffer.alloc(1_048_576, 32));
  await grade();
  await writeFile(join(from, 'src/data.ts'), Buffer.alloc(1_048_577, 32));
  expect(await rejection(grade())).toMatchObject({ code: 'E_FILE_TOO_LARGE', stage: 'unpack' });
});

test('more than 500 files are refused', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  const many = Array.from({ length: 501 }, (_item, index) => writeFile(join(from, `src/file-${index}.ts`), ''));
  await Promise.all(many);
  expect(await rejection(grade())).toMatchObject({ code: 'E_TOO_MANY_FILES' });
});

test('text that is not UTF-8 is refused with its line', async () => {
  await using repo = await createFakeRepo();
  const { from, grade } = await learner(repo);
  await writeFile(
    join(from, 'src/read.ts'),
    Buffer.concat([Buffer.from('// one\n// two '), Buffer.from([0xe9, 0x0a])]),
  );
  expect(await rejection(grade())).toMatchObject({
    code: 'E_FILE_NOT_UTF8',
    location: { file: 'src/read.ts', line: 2 },
  });
});

test('a variant or workspace that does not exist is named with what there is', async () => {
  await using repo = await createFakeRepo();
  const target = repo.path('out');
  const unknown = materialise({ repoRoot: repo.root, target, scenario: 'stale-reads', variant: 'mutants/none' });
  await expect(unknown).rejects.toThrow('It has: reference, broken, mutants/late, solutions/other.');
  const outside = materialise({ repoRoot: repo.root, target, scenario: '../..', variant: 'broken' });
  await expect(outside).rejects.toBeInstanceOf(UsageError);
  const missing = materialise({ repoRoot: repo.root, target, editable: { from: repo.path('nowhere'), globs } });
  await expect(missing).rejects.toMatchObject({ code: 'E_WORKSPACE_MISSING' });
});
