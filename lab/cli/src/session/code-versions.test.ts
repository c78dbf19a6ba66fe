import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Services } from '../services.ts';
import { tinyScenario } from '../testing/tiny-scenario.ts';
import { createCodeVersions } from './code-versions.ts';

async function setUp() {
  const target = await mkdtemp(join(tmpdir(), 'lab-versions-'));
  onTestFinished(() => rm(target, { recursive: true, force: true }));
  const told: (readonly string[])[] = [];
  let next = { hash: 'one', ignored: [] as string[] };
  const services = {
    workspace: async () => ({
      materialise: async (options: { target: string }) => {
        await mkdir(options.target, { recursive: true });
        return { codeDir: options.target, ...next };
      },
    }),
  } as unknown as Services;
  const versions = createCodeVersions({
    services,
    repoRoot: '/repository',
    scenario: tinyScenario(),
    workspaceDir: '/workspace',
    target,
    onIgnored: (paths) => told.push(paths),
  });
  const take = (hash: string, ignored: string[]) => {
    next = { hash, ignored };
    return versions.take();
  };
  return { take, told };
}

test('files that a fix may not change are told when they are first seen, and when there are others', async () => {
  const { take, told } = await setUp();
  await take('one', []);
  await take('one', ['package.json']);
  await take('two', ['package.json']);
  await take('two', ['notes.txt', 'package.json']);
  await take('two', []);
  await take('three', ['package.json']);
  expect(told).toEqual([['package.json'], ['notes.txt', 'package.json'], ['package.json']]);
});

test('the same code is the same version, whatever else was changed', async () => {
  const { take } = await setUp();
  const first = await take('one', []);
  expect(await take('one', ['package.json'])).toBe(first);
});
