import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completeLock } from './complete-lock.mjs';

const parent = { version: '2.0.0', dev: true, optionalDependencies: { '@tool/cli-linux-x64-musl': '2.0.0' } };

test('an optional package that the lock file lacks gets an entry for its platform only', () => {
  const { lock, added } = completeLock({ packages: { '': {}, 'node_modules/tool': parent } });
  expect(added).toEqual(['@tool/cli-linux-x64-musl@2.0.0']);
  expect(lock.packages['node_modules/@tool/cli-linux-x64-musl']).toEqual({
    version: '2.0.0',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
});

test('a package that tells no platform is refused', () => {
  const odd = { ...parent, optionalDependencies: { 'tool-extra': '2.0.0' } };
  expect(() => completeLock({ packages: { '': {}, 'node_modules/tool': odd } })).toThrow('does not tell its platform');
});

test('the lock file names the optional packages of every platform; else: node lab/bootstrap/complete-lock.mjs', () => {
  const file = new URL('../../package-lock.json', import.meta.url);
  expect(completeLock(JSON.parse(readFileSync(file, 'utf8'))).added).toEqual([]);
});
