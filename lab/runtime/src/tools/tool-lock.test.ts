import { readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createToolSandbox } from './testing/tool-sandbox.ts';
import { withToolLock } from './tool-lock.ts';

const options = { signal: AbortSignal.timeout(10_000), limitMs: 5_000 };

test('two pieces of work under one lock do not overlap', async () => {
  await using sandbox = await createToolSandbox();
  const file = path.join(sandbox.root, 'k6.lock');
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all([withToolLock(file, work, options), withToolLock(file, work, options)]);
  expect(most).toBe(1);
  expect(await readdir(sandbox.root)).toEqual([]);
});

test('the lock of a process that has ended is taken over', async () => {
  await using sandbox = await createToolSandbox();
  const file = path.join(sandbox.root, 'k6.lock');
  // Above the highest process number that Linux and macOS give.
  await writeFile(file, JSON.stringify({ pid: 4_194_305, host: hostname() }));
  expect(await withToolLock(file, async () => 'done', options)).toBe('done');
});

test('a lock that was not touched for a minute is taken over, whoever holds it', async () => {
  await using sandbox = await createToolSandbox();
  const file = path.join(sandbox.root, 'k6.lock');
  await writeFile(file, JSON.stringify({ pid: 1, host: 'elsewhere' }));
  const past = new Date(Date.now() - 60_000);
  await utimes(file, past, past);
  expect(await withToolLock(file, async () => 'done', options)).toBe('done');
});

test('a lock is let go where the work fails', async () => {
  await using sandbox = await createToolSandbox();
  const file = path.join(sandbox.root, 'k6.lock');
  const failing = withToolLock(file, () => Promise.reject(new Error('no network')), options);
  await expect(failing).rejects.toThrow('no network');
  expect(await readdir(sandbox.root)).toEqual([]);
});
