import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { cacheFolder, ensureCacheFolder } from './cache-folder.ts';
import { createToolSandbox } from './testing/tool-sandbox.ts';

const environments = [
  { BROWNOUT_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' },
  { XDG_CACHE_HOME: '/x', HOME: '/h' },
  { HOME: '/h' },
];

test('BROWNOUT_CACHE comes before XDG_CACHE_HOME', () => {
  expect(environments.slice(0, 2).map(cacheFolder)).toEqual(['/c', '/x/brownout']);
});

test.each(environments)('the bootstrap decides likewise for %j', async (env) => {
  const file = new URL('../../../bootstrap/cache-folder.mjs', import.meta.url);
  const bootstrap: { cacheFolder(env: object): string } = await import(file.href);
  expect(bootstrap.cacheFolder(env)).toBe(cacheFolder(env));
});

test('a cache folder is created', async () => {
  await using sandbox = await createToolSandbox();
  const folder = path.join(sandbox.root, 'a', 'b');
  expect(await ensureCacheFolder({ BROWNOUT_CACHE: folder })).toBe(folder);
});

test('a file in the place of the cache folder is named', async () => {
  await using sandbox = await createToolSandbox();
  const file = path.join(sandbox.root, 'cache');
  await writeFile(file, '');
  await expect(ensureCacheFolder({ BROWNOUT_CACHE: file })).rejects.toMatchObject({
    code: 'E_CACHE_NOT_WRITABLE',
    message: expect.stringContaining('it is a file, not a directory'),
  });
});

test.skipIf(process.platform !== 'linux')('a folder that nobody can write says so', async () => {
  await expect(ensureCacheFolder({ BROWNOUT_CACHE: '/proc/brownout' })).rejects.toMatchObject({
    code: 'E_CACHE_NOT_WRITABLE',
    message: expect.stringContaining('/proc/brownout'),
  });
});
