import { readFile, rm, symlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { overlayProblems } from './overlay-limits.ts';
import { readLock, staleOverlays, writeLock } from './overlay-lock.ts';
import { describeRefit, refit } from './refit.ts';
import { runGit } from './run-git.ts';
import { createFakeRepo, type FakeRepo } from './testing/fake-repo.ts';
import { parseDiagnostics, typecheckVariants } from './typecheck-variants.ts';
import { listScenarioIds, listVariants } from './variants.ts';

const scenario = 'stale-reads';
const base = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];

function lines(...replaced: readonly (readonly [number, string])[]): string {
  const changes = new Map(replaced);
  return base.map((line, index) => `// ${changes.get(index) ?? line}\n`).join('');
}

/** A committed reference whose last line the broken variant changes, locked. */
async function lockedRepo(): Promise<FakeRepo> {
  const repo = await createFakeRepo();
  await repo.write({
    'lab/service/src/read.ts': lines(),
    [`scenarios/${scenario}/broken/src/read.ts`]: lines([6, 'broken']),
  });
  await rm(repo.path(`scenarios/${scenario}/mutants`), { recursive: true });
  await runGit(['init', '--quiet', '.'], { cwd: repo.root });
  await runGit(['add', '--all', '.'], { cwd: repo.root });
  await runGit(['commit', '--quiet', '-m', 'base'], { cwd: repo.root });
  await writeLock(repo.root, scenario);
  return repo;
}

test('scenarios and variants are found in the folders', async () => {
  await using repo = await createFakeRepo();
  await repo.write({ 'scenarios/shared/helper.ts': '', 'scenarios/package.json': '{}' });
  expect(await listScenarioIds(repo.root)).toEqual([scenario]);
  expect(await listVariants(repo.root, scenario)).toEqual(['broken', 'mutants/late', 'solutions/other']);
});

test('a fresh lock holds the base of each file, and null for new ones', async () => {
  await using repo = await lockedRepo();
  expect(await staleOverlays(repo.root)).toEqual([]);
  const { stdout } = await runGit(['hash-object', 'lab/service/src/read.ts'], { cwd: repo.root });
  expect(await readLock(repo.root, scenario)).toEqual({
    broken: { 'src/read.ts': stdout.toString().trim() },
    'solutions/other': { 'src/extra.ts': null },
  });
});

test('each way a base can move makes the overlay stale', async () => {
  await using repo = await lockedRepo();
  await repo.write({
    'lab/service/src/read.ts': lines([0, 'moved']),
    'lab/service/src/extra.ts': '// now here\n',
    [`scenarios/${scenario}/mutants/new/src/write.ts`]: '// new\n',
  });
  const problems = (await staleOverlays(repo.root)).map(
    ({ variant, path, problem }) => `${variant}/${path} ${problem}`,
  );
  expect(problems).toEqual([
    'broken/src/read.ts base-moved',
    'mutants/new/src/write.ts not-locked',
    'solutions/other/src/extra.ts base-appeared',
  ]);
  await rm(repo.path('lab/service/src/read.ts'));
  expect((await staleOverlays(repo.root, [scenario]))[0]?.problem).toBe('base-gone');
  await rm(repo.path(`scenarios/${scenario}/broken`), { recursive: true });
  expect((await staleOverlays(repo.root, [scenario]))[0]?.problem).toBe('not-there');
});

test('a lock that is no lock is named', async () => {
  await using repo = await lockedRepo();
  await repo.write({ [`scenarios/${scenario}/overlay.lock.json`]: '<<<<<<<' });
  await expect(staleOverlays(repo.root)).rejects.toMatchObject({ code: 'E_LOCK_DAMAGED' });
});

test('refit carries a change of the reference into the overlay and locks it', async () => {
  await using repo = await lockedRepo();
  await repo.write({ 'lab/service/src/read.ts': lines([0, 'moved']) });
  const results = await refit({ repoRoot: repo.root, scenario });
  expect(results).toMatchObject([{ variant: 'broken', path: 'src/read.ts', outcome: 'merged' }]);
  expect(await readFile(repo.path(`scenarios/${scenario}/broken/src/read.ts`), 'utf8')).toBe(
    lines([0, 'moved'], [6, 'broken']),
  );
  expect(await staleOverlays(repo.root)).toEqual([]);
  expect(await refit({ repoRoot: repo.root, scenario })).toEqual([]);
});

test('a dry run says what would be done and writes nothing', async () => {
  await using repo = await lockedRepo();
  await repo.write({
    'lab/service/src/read.ts': lines([0, 'moved']),
    [`scenarios/${scenario}/mutants/new/src/write.ts`]: '// new\n',
  });
  const overlay = repo.path(`scenarios/${scenario}/broken/src/read.ts`);
  const lock = await readLock(repo.root, scenario);
  const options = { repoRoot: repo.root, scenario };
  const said = await refit({ ...options, dryRun: true });
  expect(said.map(({ outcome }) => outcome)).toEqual(['merged', 'locked']);
  expect(await readFile(overlay, 'utf8')).toBe(lines([6, 'broken']));
  expect(await readLock(repo.root, scenario)).toEqual(lock);
  await repo.write({ 'lab/service/src/read.ts': lines([6, 'moved']) });
  expect(await refit({ ...options, dryRun: true, keepConflicts: true })).toMatchObject([{ outcome: 'conflict' }, {}]);
  expect(await readFile(overlay, 'utf8')).toBe(lines([6, 'broken']));
});

test('refit leaves an overlay that does not merge as it is, and stale', async () => {
  await using repo = await lockedRepo();
  await repo.write({ 'lab/service/src/read.ts': lines([6, 'moved']) });
  const overlay = repo.path(`scenarios/${scenario}/broken/src/read.ts`);
  const results = await refit({ repoRoot: repo.root, scenario });
  expect(describeRefit(results)).toContain('conflict   broken/src/read.ts: 1 conflicts');
  expect(await readFile(overlay, 'utf8')).toBe(lines([6, 'broken']));
  expect(await staleOverlays(repo.root)).toHaveLength(1);
  await refit({ repoRoot: repo.root, scenario, keepConflicts: true });
  expect(await readFile(overlay, 'utf8')).toContain('<<<<<<< overlay');
});

test('refit says when the old base is not in the repository', async () => {
  await using repo = await lockedRepo();
  await writeLock(repo.root, scenario, {
    broken: { 'src/read.ts': '0'.repeat(40) },
    'solutions/other': { 'src/extra.ts': null },
  });
  const results = await refit({ repoRoot: repo.root, scenario });
  expect(results).toMatchObject([{ outcome: 'unresolved', detail: expect.stringContaining('does not hold the base') }]);
  expect((await readLock(repo.root, scenario)).broken).toEqual({ 'src/read.ts': '0'.repeat(40) });
});

test('overlays over the limits, and files that change nothing, are named', async () => {
  await using repo = await createFakeRepo();
  await repo.write({
    [`scenarios/${scenario}/mutants/many/src/a.ts`]: '',
    [`scenarios/${scenario}/mutants/many/src/b.ts`]: '',
    [`scenarios/${scenario}/mutants/many/src/c.ts`]: '',
    [`scenarios/${scenario}/mutants/many/src/d.ts`]: '',
    [`scenarios/${scenario}/mutants/long/src/a.ts`]: '//\n'.repeat(151),
    [`scenarios/${scenario}/mutants/same/src/write.ts`]: 'export function write(): void {}\n',
  });
  expect(await overlayProblems(repo.root)).toEqual([
    `scenarios/${scenario}/mutants/long has 151 lines in all; the limit is 150.`,
    `scenarios/${scenario}/mutants/many has 4 files; the limit is 3.`,
    `scenarios/${scenario}/mutants/same/src/write.ts is the same as the reference.`,
  ]);
});

test('a variant that does not compile is named with file and line', async () => {
  await using repo = await createFakeRepo();
  await symlink(resolve(import.meta.dirname, '../../../node_modules'), repo.path('node_modules'));
  const tsconfig = {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2024',
      composite: true,
      emitDeclarationOnly: true,
      allowImportingTsExtensions: true,
      types: [],
    },
    include: ['src', 'bin'],
  };
  await repo.write({
    'lab/service/tsconfig.json': JSON.stringify(tsconfig),
    [`scenarios/${scenario}/mutants/late/src/read.ts`]: "export function read(): number {\n  return 'late';\n}\n",
  });
  const options = { repoRoot: repo.root, scenarioIds: [scenario] };
  const expected = [
    { scenario, variant: 'broken', diagnostics: [] },
    {
      scenario,
      variant: 'mutants/late',
      diagnostics: [expect.stringMatching(/^src\/read\.ts:2:3 TS2322 Type 'string'/)],
    },
    { scenario, variant: 'solutions/other', diagnostics: [] },
  ];
  expect(await typecheckVariants(options)).toEqual(expected);
  await rm(repo.path(`scenarios/${scenario}/solutions`), { recursive: true });
  expect(await typecheckVariants(options)).toEqual(expected.slice(0, 2));
  await repo.write({
    'lab/service/tsconfig.json': JSON.stringify({ ...tsconfig, compilerOptions: { module: 'nonsense' } }),
  });
  await expect(typecheckVariants(options)).rejects.toMatchObject({ code: 'E_TYPECHECK' });
});

test('diagnostics are sorted to their variants', () => {
  const output = [
    'mutants/a-b/src/x.ts(3,7): error TS2322: No (really): no.',
    '  Types differ.',
    'broken/bin/api.ts(1,1): error TS1005: X.',
    'Found 2 errors.',
  ].join('\n');
  expect([...parseDiagnostics(output)]).toEqual([
    ['mutants/a-b', ['src/x.ts:3:7 TS2322 No (really): no.']],
    ['broken', ['bin/api.ts:1:1 TS1005 X.']],
  ]);
});
