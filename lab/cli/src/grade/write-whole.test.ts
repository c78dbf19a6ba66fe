import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeWhole } from './write-whole.ts';

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-write-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

test('a file is put in place with its folders, also over an older one', async () => {
  const dir = await folder();
  const file = join(dir, 'a', 'b', 'report.xml');
  writeWhole(file, 'old');
  writeWhole(file, 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(join(dir, 'a', 'b'))).toEqual(['report.xml']);
});

test('what cannot be put in place leaves nothing behind', async () => {
  const dir = await folder();
  await mkdir(join(dir, 'report.xml'));
  await writeFile(join(dir, 'report.xml', 'kept'), '');
  expect(() => writeWhole(join(dir, 'report.xml'), 'text')).toThrow();
  expect(await readdir(dir)).toEqual(['report.xml']);
  expect(await readdir(join(dir, 'report.xml'))).toEqual(['kept']);
});
