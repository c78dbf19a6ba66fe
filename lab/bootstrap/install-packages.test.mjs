import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { matchesNpmRecord } from './install-packages.mjs';

const entry = { version: '1.0.0', integrity: 'sha512-x' };
let repoRoot;

beforeEach(() => {
  repoRoot = mkdtempSync(path.join(os.tmpdir(), 'brownout-packages-'));
  mkdirSync(path.join(repoRoot, 'node_modules'));
  writeFileSync(path.join(repoRoot, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': entry } }));
});
afterEach(() => rmSync(repoRoot, { recursive: true, force: true }));

function installed(text) {
  writeFileSync(path.join(repoRoot, 'node_modules', '.package-lock.json'), text);
  return matchesNpmRecord(repoRoot);
}

test('what npm has recorded as installed is compared with the lock file', () => {
  expect(matchesNpmRecord(repoRoot)).toBe(false);
  expect(installed(JSON.stringify({ packages: { 'node_modules/a': entry } }))).toBe(true);
  expect(installed(JSON.stringify({ packages: { 'node_modules/a': { ...entry, version: '1.0.1' } } }))).toBe(false);
});

test('a record that npm was killed over is no record', () => {
  expect(installed('{"packages": {"node_mod')).toBe(false);
  expect(installed('null')).toBe(false);
});
