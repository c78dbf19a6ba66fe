import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { untilNothing, watchLab } from './until-nothing.ts';

const run = '20260101-000000-aaaa';
const server = `const server = require('node:net').createServer();
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;
const { signal } = new AbortController();

/** A checkout with a part that nobody ends. */
async function plant(): Promise<{ root: string; labDir: string; part: ChildProcess; port: number }> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'bench-left-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const labDir = join(root, '.lab');
  await mkdir(join(labDir, 'runs', run, 'parts'), { recursive: true });
  const part = spawn(process.execPath, ['-e', server], {
    cwd: '/',
    env: { BROWNOUT_RUN: run, BROWNOUT_PART: `${run}/api-1/0f0f` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void part.kill('SIGKILL'));
  const [line] = (await once(part.stdout, 'data')) as [Buffer];
  return { root, labDir, part, port: Number(line.toString()) };
}

test.runIf(process.platform === 'linux')('a part, a port, a folder and a lock that stay are named', async () => {
  const { part, port, ...place } = await plant();
  await writeFile(join(place.labDir, 'session.lock'), '');
  const watched = watchLab(place, 1);
  expect(watched).toMatchObject({ processes: [{ pid: part.pid }], ports: [port] });
  const ending = await untilNothing(place, { watched, beganMs: performance.now(), withinMs: 300, signal });
  expect(ending.left).toEqual([
    `process ${part.pid} (api-1)`,
    `port ${port}`,
    'file session.lock',
    `file runs/${run}/parts`,
  ]);
  expect(ending.tookS).toBeGreaterThanOrEqual(0.3);
});

test.runIf(process.platform === 'linux')('what ends late is waited for, and its time is told', async () => {
  const { part, port: _port, ...place } = await plant();
  const watched = watchLab(place, 1);
  const beganMs = performance.now();
  const looking = untilNothing(place, { watched, beganMs, withinMs: 20_000, signal });
  setTimeout(() => part.kill('SIGKILL'), 400);
  await once(part, 'exit');
  await rm(join(place.labDir, 'runs', run, 'parts'), { recursive: true });
  const ending = await looking;
  expect(ending.left).toEqual([]);
  expect(ending.tookS).toBeGreaterThanOrEqual(0.39);
  expect(ending.tookS).toBeLessThan(5);
});
