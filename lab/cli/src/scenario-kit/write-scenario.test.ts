import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { writeScenario } from './write-scenario.ts';

const draft = {
  files: new Map([
    ['scenario.ts', 'export {};\n'],
    ['broken/src/a.ts', '// broken\n'],
  ]),
  lesson: '# Late\n',
};
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'brownout-kit-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await mkdir(join(root, 'scenarios'));
  await mkdir(join(root, 'lessons'));
});

test('scenario and lesson are in their places, and nothing else', async () => {
  await writeScenario(root, 'cache-late', draft);
  expect(await readdir(join(root, 'scenarios'))).toEqual(['cache-late']);
  expect(await readFile(join(root, 'scenarios', 'cache-late', 'broken', 'src', 'a.ts'), 'utf8')).toBe('// broken\n');
  expect(await readFile(join(root, 'lessons', 'cache-late', 'index.md'), 'utf8')).toBe('# Late\n');
});

test('a lesson does not stay when its scenario cannot be put in its place', async () => {
  // Somebody makes the folder at the same moment, after it was looked for.
  await mkdir(join(root, 'scenarios', 'cache-late'));
  await writeFile(join(root, 'scenarios', 'cache-late', 'scenario.ts'), '// of somebody else\n');
  await expect(writeScenario(root, 'cache-late', draft)).rejects.toMatchObject({ code: 'E_SCENARIO_UNWRITTEN' });
  expect(await readdir(join(root, 'lessons'))).toEqual([]);
  expect(await readdir(join(root, 'scenarios'))).toEqual(['cache-late']);
  expect(await readdir(join(root, 'scenarios', 'cache-late'))).toEqual(['scenario.ts']);
});

test('a lesson that is there already is left alone', async () => {
  await mkdir(join(root, 'lessons', 'cache-late'));
  await writeFile(join(root, 'lessons', 'cache-late', 'index.md'), 'of somebody else');
  await expect(writeScenario(root, 'cache-late', draft)).rejects.toMatchObject({ code: 'E_SCENARIO_UNWRITTEN' });
  expect(await readFile(join(root, 'lessons', 'cache-late', 'index.md'), 'utf8')).toBe('of somebody else');
  expect(await readdir(join(root, 'scenarios'))).toEqual([]);
});
