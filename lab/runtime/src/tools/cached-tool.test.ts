import { chmod, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cachedToolFolder, checkCachedTool } from './cached-tool.ts';
import { installTool } from './install-tool.ts';
import { createToolSandbox, type ToolSandbox } from './testing/tool-sandbox.ts';
import { TOOL_TABLE } from './tool-table.ts';

async function installSome(sandbox: ToolSandbox): Promise<{ folder: string; executable: string }> {
  const context = sandbox.context('toxiproxy');
  await installTool(context, TOOL_TABLE.toxiproxy, {
    way: 'go-build',
    async fill(stageDir) {
      await writeFile(path.join(stageDir, 'toxiproxy-server'), 'program', { mode: 0o700 });
      await writeFile(path.join(stageDir, 'data'), 'data');
      await symlink('data', path.join(stageDir, 'link'));
      return { version: '2.12.0', executable: 'toxiproxy-server' };
    },
  });
  const folder = cachedToolFolder(sandbox.cacheDir, TOOL_TABLE.toxiproxy, 'linux-x64');
  return { folder, executable: path.join(folder, 'toxiproxy-server') };
}

test('an installed tool is whole', async () => {
  await using sandbox = await createToolSandbox();
  const { folder, executable } = await installSome(sandbox);
  expect(await checkCachedTool(folder)).toMatchObject({ state: 'whole', path: executable });
});

test('a tool that is not there is absent', async () => {
  await using sandbox = await createToolSandbox();
  expect(await checkCachedTool(path.join(sandbox.cacheDir, 'tools', 'k6'))).toEqual({ state: 'absent' });
});

test.each<[string, (place: { folder: string; executable: string }) => Promise<void>, string]>([
  ['a truncated file', ({ executable }) => truncate(executable, 3), 'toxiproxy-server has 3 bytes instead of 7'],
  ['a missing file', ({ folder }) => rm(path.join(folder, 'data')), 'data is missing'],
  ['a missing link', ({ folder }) => rm(path.join(folder, 'link')), 'link is missing'],
  [
    'other content of the same size',
    ({ executable }) => writeFile(executable, 'PROGRAM'),
    'toxiproxy-server has changed content',
  ],
  [
    'a broken manifest',
    ({ folder }) => writeFile(path.join(folder, 'manifest.json'), '{'),
    'its manifest cannot be read',
  ],
])('%s is damage', async (_name, damage, why) => {
  await using sandbox = await createToolSandbox();
  const place = await installSome(sandbox);
  await damage(place);
  const past = new Date(Date.now() - 60_000);
  await utimes(place.executable, past, past);
  expect(await checkCachedTool(place.folder)).toEqual({ state: 'damaged', why });
});

test('a program that lost its execute bit is damage', async () => {
  await using sandbox = await createToolSandbox();
  const { folder, executable } = await installSome(sandbox);
  await chmod(executable, 0o644);
  expect(await checkCachedTool(folder)).toEqual({ state: 'damaged', why: 'toxiproxy-server is not executable' });
});

test('a file that was only touched is whole', async () => {
  await using sandbox = await createToolSandbox();
  const { folder, executable } = await installSome(sandbox);
  const past = new Date(Date.now() - 60_000);
  await utimes(executable, past, past);
  expect(await checkCachedTool(folder)).toMatchObject({ state: 'whole' });
});

test('a tool is installed over a damaged one', async () => {
  await using sandbox = await createToolSandbox();
  const { folder, executable } = await installSome(sandbox);
  await truncate(executable, 0);
  await installSome(sandbox);
  expect(await checkCachedTool(folder)).toMatchObject({ state: 'whole' });
});
