import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSignatures } from './file-signatures.ts';
import { watchFiles } from './watch-files.ts';

let dir: string;
let changes: string[][];
let watching: Disposable | null;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lab-watch-'));
  await mkdir(join(dir, 'src', 'books'), { recursive: true });
  for (const name of ['a', 'b', 'c'])
    await writeFile(join(dir, 'src', 'books', `${name}.ts`), `export const ${name} = 1;\n`);
  changes = [];
  watching = null;
});
afterEach(async () => {
  watching?.[Symbol.dispose]();
  await rm(dir, { recursive: true, force: true });
});

async function start(options: { pollMs?: number } = {}): Promise<void> {
  const known = await readSignatures(dir);
  watching = watchFiles({ dir, known, onChange: (paths) => changes.push([...paths]), ...options });
}

const file = (name: string): string => join(dir, 'src', 'books', name);

test('a plain write is told within the time that a save may take', async () => {
  await start({ pollMs: 60_000 });
  const savedMs = performance.now();
  await writeFile(file('a.ts'), 'export const a = 2;\n');
  await expect.poll(() => changes, { interval: 5, timeout: 20_000 }).toEqual([['src/books/a.ts']]);
  expect(performance.now() - savedMs).toBeLessThan(5_000);
});

test('what was saved since the files were known is told, though nobody watched then', async () => {
  const known = await readSignatures(dir);
  await writeFile(file('a.ts'), 'export const a = 2;\n');
  watching = watchFiles({ dir, known, onChange: (paths) => changes.push([...paths]), pollMs: 60_000 });
  await expect.poll(() => changes).toEqual([['src/books/a.ts']]);
});

test('an editor that writes beside and renames is told once', async () => {
  await start();
  await writeFile(file('.a.ts.swp'), 'export const a = 3;\n');
  await rename(file('.a.ts.swp'), file('a.ts'));
  await expect.poll(() => changes.flat()).toContain('src/books/a.ts');
});

test('an editor that deletes and creates is told with the file in place', async () => {
  await start();
  await rm(file('a.ts'));
  await writeFile(file('a.ts'), 'export const a = 4;\n');
  await expect.poll(() => changes).toEqual([['src/books/a.ts']]);
});

test('a file saved twice in a row is one change', async () => {
  await start();
  await writeFile(file('a.ts'), 'export const a =');
  await writeFile(file('a.ts'), 'export const a = 5;\n');
  await expect.poll(() => changes).toEqual([['src/books/a.ts']]);
});

test('many files at once, as a checkout writes them, are one change', async () => {
  await start();
  await Promise.all(['a', 'b', 'c'].map((name) => writeFile(file(`${name}.ts`), `export const ${name} = 6;\n`)));
  await expect.poll(() => changes).toEqual([['src/books/a.ts', 'src/books/b.ts', 'src/books/c.ts']]);
});

test('a new folder with a file in it, and a file deleted, are told', async () => {
  await start();
  await mkdir(join(dir, 'src', 'new'));
  await writeFile(join(dir, 'src', 'new', 'd.ts'), '');
  await rm(file('b.ts'));
  await expect.poll(() => changes.flat().sort(), { timeout: 20_000 }).toEqual(['src/books/b.ts', 'src/new/d.ts']);
});

test('what git and npm write is not told', async () => {
  await start();
  for (const folder of ['.git', 'node_modules']) {
    await mkdir(join(dir, folder));
    await writeFile(join(dir, folder, 'x'), '');
  }
  await writeFile(file('a.ts'), 'export const a = 7;\n');
  await expect.poll(() => changes).toEqual([['src/books/a.ts']]);
});

test('a folder that is moved away and put back is watched again', async () => {
  await start({ pollMs: 50 });
  await rename(dir, `${dir}-away`);
  await expect.poll(() => changes.length).toBe(1);
  await rename(`${dir}-away`, dir);
  await expect.poll(() => changes.length).toBe(2);
  await writeFile(file('c.ts'), 'export const c = 8;\n');
  await expect.poll(() => changes.at(-1)).toEqual(['src/books/c.ts']);
});

test('after the end nothing is told', async () => {
  await start({ pollMs: 10 });
  watching?.[Symbol.dispose]();
  await writeFile(file('a.ts'), 'export const a = 9;\n');
  // Another watcher tells when this one would have told, had it been alive.
  const told: string[][] = [];
  const known = await readSignatures(dir);
  using _other = watchFiles({ dir, known, onChange: (paths) => told.push([...paths]) });
  await writeFile(file('b.ts'), 'export const b = 9;\n');
  await expect.poll(() => told.length).toBe(1);
  expect(changes).toEqual([]);
});
