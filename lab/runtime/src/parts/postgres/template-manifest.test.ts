import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTestFolder } from '../../testing/test-run.ts';
import { MANIFEST_FILE, measureCluster, templateProblem } from './template-manifest.ts';

let folder: string;
let data: string;

beforeEach(() => {
  folder = makeTestFolder();
  data = path.join(folder, 'data');
  mkdirSync(path.join(data, 'global'), { recursive: true });
  writeFileSync(path.join(data, 'global', 'pg_control'), 'control');
  writeFileSync(path.join(data, 'table'), '12345');
  const manifest = { schema: 1, key: 'k', version: '18', ...measureCluster(data), buildMs: 1 };
  writeFileSync(path.join(folder, MANIFEST_FILE), JSON.stringify(manifest));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a template that is whole has no problem', () => {
  expect(templateProblem(folder, 'k')).toBeNull();
});

test.each([
  ['a file is missing', () => rmSync(path.join(data, 'table')), 'it has 1 files instead of 2'],
  ['a file was cut', () => writeFileSync(path.join(data, 'table'), '1'), 'it has 8 bytes instead of 12'],
  [
    'pg_control was changed',
    () => writeFileSync(path.join(data, 'global', 'pg_control'), 'CONTROL'),
    'its pg_control was changed',
  ],
  ['the manifest is no JSON', () => writeFileSync(path.join(folder, MANIFEST_FILE), '{'), 'JSON'],
  ['the manifest is missing', () => rmSync(path.join(folder, MANIFEST_FILE)), 'ENOENT'],
])('a template is refused when %s', (_, damage, problem) => {
  damage();
  expect(templateProblem(folder, 'k')).toContain(problem);
});

test('a template of another key is refused', () => {
  expect(templateProblem(folder, 'other')).toBe('its manifest names the key k');
});
