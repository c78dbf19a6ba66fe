import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createOutput } from '../output/output.ts';
import { createFakeLab, type FakeLab } from '../testing/fake-services.ts';
import { createTestIo } from '../testing/test-io.ts';
import { buildPages } from './build-pages.ts';

let lab: FakeLab;
beforeEach(async () => {
  lab = await createFakeLab();
});

const policy = (): string => join(lab.repoRoot, 'site', 'dist', 'site-policy.json');

async function build(program: string | null): Promise<string> {
  if (program !== null) {
    await mkdir(join(lab.repoRoot, 'site', 'bin'), { recursive: true });
    await writeFile(join(lab.repoRoot, 'site', 'bin', 'build.ts'), program);
  }
  const io = createTestIo();
  const output = createOutput(io, { json: false, quiet: false });
  await buildPages({ repoRoot: lab.repoRoot, io, output, signal: new AbortController().signal });
  return io.err();
}

const writesPages = `
  import { mkdirSync, writeFileSync } from 'node:fs';
  mkdirSync('site/dist', { recursive: true });
  writeFileSync('site/dist/site-policy.json', process.argv[2] === '--quiet' ? '{}' : 'loud');`;

test('pages that are not there are built once', async () => {
  expect(await build(writesPages)).toContain('Building the pages');
  expect(existsSync(policy())).toBe(true);
  expect(await build(writesPages)).toBe('');
  await rm(policy());
  expect(await build(writesPages)).toContain('Building the pages');
});

test('what cannot be built is told, with the command that says more', async () => {
  const said = await build("throw new Error('no such region');");
  expect(said).toContain('The pages could not be built');
  expect(said).toContain('npm run build:site');
});

test('a lab without a site has no pages to build', async () => {
  expect(await build(null)).toBe('');
});
