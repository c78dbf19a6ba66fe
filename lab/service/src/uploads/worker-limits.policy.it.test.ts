import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestProvider, type TestProvider } from '../testing/test-provider.ts';
import { spawnTestWorker, type WorkerProcess } from '../testing/test-worker.ts';
import { flatPng, imageOf } from './testing/test-images.ts';
import { startUploadsSite, storeVariables, type UploadsSite } from './testing/test-uploads.ts';

// The worker as a process of its own: what it takes of the machine, and what becomes of its uploads when it is killed.

let site: UploadsSite;
let provider: TestProvider;
beforeAll(async () => {
  site = await startUploadsSite();
  provider = await startTestProvider();
});
afterAll(async () => {
  await provider?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

const MB = 1024 * 1024;

function spawnWorker(more: Record<string, string> = {}): Promise<WorkerProcess> {
  const environment = {
    ...storeVariables(site.store),
    CLAMD_ADDR: `127.0.0.1:${site.scanner.port}`,
    UPLOAD_POLL_MS: '50',
    UPLOAD_LEASE_MS: '1000',
    UPLOAD_CONCURRENCY: '4',
    ...more,
  };
  return spawnTestWorker({ database: site.service.database, provider, environment });
}

/** Most memory that the process itself has had at any time, in bytes. */
async function peakOf({ child }: WorkerProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

test.skipIf(process.platform !== 'linux')('bombs cost the worker nothing, and are rejected', async () => {
  await using worker = await spawnWorker();
  const bomb = await flatPng({ width: 14_000, height: 14_000 });
  const ids = await Promise.all(Array.from({ length: 10 }, () => site.upload(bomb)));
  for (const id of ids) expect(await site.becomes(id, 'rejected')).toMatchObject({ reason: 'too-many-pixels' });
  expect(await peakOf(worker)).toBeLessThan(250 * MB);
});

test('an upload whose worker is killed in the middle is another’s, and is scanned anew', async () => {
  site.scanner.behave({ kind: 'hold' });
  const first = await spawnWorker();
  const id = await site.upload(await imageOf('png', { width: 50, height: 40 }));
  await expect.poll(() => site.scanner.held(), { timeout: 20_000 }).toBe(1);
  await first[Symbol.asyncDispose]();
  const scans = site.scanner.hashes().length;
  site.scanner.release();
  await using _second = await spawnWorker();
  const { sha256 } = await site.becomes(id, 'ready');
  expect(site.scanner.hashes().slice(scans)).toEqual([sha256]);
});

test('a worker that is told to stop gives back what it has in hand', async () => {
  site.scanner.behave({ kind: 'hold' });
  const first = await spawnWorker({ UPLOAD_LEASE_MS: '60000' });
  const id = await site.upload(await imageOf('png', { width: 50, height: 41 }));
  await expect.poll(() => site.scanner.held(), { timeout: 20_000 }).toBe(1);
  first.child.kill('SIGTERM');
  expect(await first.exited).toBe(0);
  site.scanner.release();
  // Long before its lease would have run out.
  await using _second = await spawnWorker();
  await site.becomes(id, 'ready');
});
