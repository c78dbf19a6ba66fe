import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { outdatedSchemas } from '../sdk/schemas/generate.ts';
import { deadLinks } from './links.ts';
import {
  environmentProblems,
  forbiddenTexts,
  nameProblems,
  sizeProblems,
  toneProblems,
  versionProblems,
} from './rules.ts';
import { readSources, repoRoot, type SourceFile } from './source-files.ts';

let files: readonly SourceFile[] = [];

beforeAll(async () => {
  files = await readSources(repoRoot);
});

test('files and folders have kebab-case names', () => {
  expect(nameProblems(files)).toEqual([]);
});

test('no code file has more than 400 lines', () => {
  expect(sizeProblems(files)).toEqual([]);
});

test('only programs read the environment', () => {
  expect(environmentProblems(files)).toEqual([]);
});

test('every dependency is pinned to one version', () => {
  expect(versionProblems(files)).toEqual([]);
});

test('no path of one machine, no leftover', () => {
  expect(forbiddenTexts(files)).toEqual([]);
});

test('no text tells a learner that it should be easy', () => {
  expect(toneProblems(files)).toEqual([]);
});

test('links between pages resolve', async () => {
  expect(await deadLinks(repoRoot, files)).toEqual([]);
});

test('the shipped JSON Schemas are up to date', async () => {
  expect(await outdatedSchemas(join(repoRoot, 'lab', 'sdk', 'schemas'))).toEqual([]);
});

test('tsc is the native compiler at its pinned version', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(repoRoot, 'node_modules', '.bin', 'tsc'),
    '--version',
  ]);
  expect(stdout.trim()).toBe('Version 7.0.2');
});
