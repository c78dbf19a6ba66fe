import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EnvironmentError } from '@lab/sdk';
import { expect, test } from 'vitest';
import { cachedToolFolder } from './cached-tool.ts';
import { installTool } from './install-tool.ts';
import { currentPlatform } from './platform.ts';
import { inspectTools, resolveTools } from './resolve-tools.ts';
import { createToolSandbox, type ToolSandbox } from './testing/tool-sandbox.ts';
import { TOOL_TABLE } from './tool-table.ts';
import type { ToolProgress } from './tool-types.ts';

const K6 = 'k6 v2.2.0 (go1.26.0, linux/amd64)';

function options(sandbox: ToolSandbox, env: Readonly<Record<string, string>>) {
  return { cacheDir: sandbox.cacheDir, env, signal: AbortSignal.timeout(20_000) };
}

async function cacheK6(sandbox: ToolSandbox): Promise<string> {
  const context = { ...sandbox.context('k6'), platform: currentPlatform() };
  const installed = await installTool(context, TOOL_TABLE.k6, {
    way: 'release',
    async fill(stageDir) {
      await writeFile(path.join(stageDir, 'k6'), `#!/bin/sh\necho '${K6}'\n`, { mode: 0o755 });
      return { version: '2.2.0', executable: 'k6' };
    },
  });
  return installed.path;
}

test('the program that LAB_K6_PATH names comes before one on PATH', async () => {
  await using sandbox = await createToolSandbox();
  const named = await sandbox.program('named', 'my-k6', 'k6 v2.3.1 (go1.26.0, linux/amd64)');
  const onPath = await sandbox.program('bin', 'k6', K6);
  const { k6 } = await resolveTools(['k6'], options(sandbox, { LAB_K6_PATH: named, PATH: path.dirname(onPath) }));
  expect(k6).toMatchObject({ path: named, version: '2.3.1', foundBy: 'environment' });
});

test('a LAB_K6_PATH that leads nowhere is an error, not a reason to take another k6', async () => {
  await using sandbox = await createToolSandbox();
  const onPath = await sandbox.program('bin', 'k6', K6);
  const env = { LAB_K6_PATH: path.join(sandbox.root, 'gone'), PATH: path.dirname(onPath) };
  const error = await resolveTools(['k6'], options(sandbox, env)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EnvironmentError);
  expect(error).toMatchObject({ code: 'E_TOOL_UNSUITABLE', hint: 'unset LAB_K6_PATH' });
  expect(String(error)).toContain('there is no executable file');
});

test('a LAB_K6_PATH of the wrong version is an error that names both versions', async () => {
  await using sandbox = await createToolSandbox();
  const named = await sandbox.program('named', 'k6', 'k6 v1.2.0 (go1.24.0, linux/amd64)');
  const error = await resolveTools(['k6'], options(sandbox, { LAB_K6_PATH: named })).catch((caught: unknown) => caught);
  expect(String(error)).toContain('it is 1.2.0, and the lab needs 2.x from 2.2.0 on');
});

test('the first k6 on PATH that suits is taken, past older ones', async () => {
  await using sandbox = await createToolSandbox();
  const old = await sandbox.program('old', 'k6', 'k6 v1.2.0 (go1.24.0, linux/amd64)');
  const good = await sandbox.program('good', 'k6', K6);
  const env = { PATH: [old, good].map((file) => path.dirname(file)).join(path.delimiter) };
  const { k6 } = await resolveTools(['k6'], options(sandbox, env));
  expect(k6).toMatchObject({ path: good, foundBy: 'path' });
});

test('PATH comes before the cache', async () => {
  await using sandbox = await createToolSandbox();
  await cacheK6(sandbox);
  const onPath = await sandbox.program('bin', 'k6', K6);
  const { k6 } = await resolveTools(['k6'], options(sandbox, { PATH: path.dirname(onPath) }));
  expect(k6.foundBy).toBe('path');
});

test('a program on PATH is asked for its version once', async () => {
  await using sandbox = await createToolSandbox();
  const asked = path.join(sandbox.root, 'asked');
  const onPath = await sandbox.program('bin', 'k6', K6);
  await writeFile(onPath, `#!/bin/sh\necho asked >> ${asked}\necho '${K6}'\n`);
  for (let run = 0; run < 3; run += 1) await resolveTools(['k6'], options(sandbox, { PATH: path.dirname(onPath) }));
  expect(await readFile(asked, 'utf8')).toBe('asked\n');
});

test('a cached tool is found without starting it', async () => {
  await using sandbox = await createToolSandbox();
  const cached = await cacheK6(sandbox);
  const { k6 } = await resolveTools(['k6'], options(sandbox, { PATH: '/nowhere' }));
  expect(k6).toMatchObject({ path: cached, version: '2.2.0', foundBy: 'cache', origin: 'release' });
});

test('a damaged cached tool is said to be so, and not used', async () => {
  await using sandbox = await createToolSandbox();
  const cached = await cacheK6(sandbox);
  await writeFile(cached, '#!/bin/sh\n');
  const events: ToolProgress[] = [];
  const [k6] = await inspectTools(['k6'], {
    ...options(sandbox, { PATH: '/nowhere' }),
    onProgress: (event) => events.push(event),
  });
  expect(k6).toMatchObject({ waysLeft: ['release', 'go-build'] });
  expect(events.map((event) => event.message).join()).toContain('the cached k6 is damaged (k6 has 10 bytes instead of');
});

test('looking at tools fetches nothing', async () => {
  await using sandbox = await createToolSandbox();
  const [k6] = await inspectTools(['k6'], options(sandbox, { PATH: '/nowhere' }));
  expect(k6).toMatchObject({ name: 'k6', waysLeft: ['release', 'go-build'] });
  expect(k6).toMatchObject({ tried: [{ way: 'environment' }, { way: 'path' }, { way: 'cache' }] });
});

test('an aborted signal ends the search with its reason', async () => {
  await using sandbox = await createToolSandbox();
  const reason = new Error('the learner pressed Ctrl-C');
  const search = resolveTools(['k6'], { ...options(sandbox, {}), signal: AbortSignal.abort(reason) });
  await expect(search).rejects.toBe(reason);
});

test('a cache that cannot be written is named, with what helps', async () => {
  await using sandbox = await createToolSandbox();
  await writeFile(sandbox.cacheDir, 'a file in its place');
  const search = resolveTools(['redis-server'], options(sandbox, { PATH: '/nowhere' }));
  await expect(search).rejects.toMatchObject({
    code: 'E_CACHE_NOT_WRITABLE',
    message: expect.stringContaining(sandbox.cacheDir),
    hint: expect.stringContaining('BROWNOUT_CACHE='),
  });
});

test('a tool is looked for in a folder of its own version and platform', () => {
  expect(cachedToolFolder('/cache', TOOL_TABLE.k6, 'linux-arm64')).toBe('/cache/tools/k6-2.2.0-linux-arm64');
});
