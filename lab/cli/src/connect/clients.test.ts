import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clientsOnPath, missingClientText } from './clients.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-clients-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a program is found in any folder of the PATH', async () => {
  await writeFile(join(folder, 'psql'), '');
  await chmod(join(folder, 'psql'), 0o755);
  const found = await clientsOnPath(['psql', 'redis-cli', 'psql'], ['/nowhere', folder].join(delimiter));
  expect([...found]).toEqual(['psql']);
});

test('neither a folder nor a file that cannot be run is a program', async () => {
  await mkdir(join(folder, 'psql'));
  await writeFile(join(folder, 'redis-cli'), '', { mode: 0o644 });
  expect((await clientsOnPath(['psql', 'redis-cli'], folder)).size).toBe(0);
});

test.each([undefined, ''])('with the PATH %j none is found', async (path) => {
  expect((await clientsOnPath(['curl'], path)).size).toBe(0);
});

test('one that is missing is named with its packages', () => {
  expect(missingClientText('redis-cli')).toBe(
    'redis-cli is not on your PATH. Debian and Ubuntu have it in redis-tools, Homebrew in redis.',
  );
});
