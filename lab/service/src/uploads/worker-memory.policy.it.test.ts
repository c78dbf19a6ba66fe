import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startTestProvider } from '../testing/test-provider.ts';
import { spawnTestWorker, type WorkerProcess } from '../testing/test-worker.ts';
import { mp4Of } from './testing/test-images.ts';
import { startUploadsSite, storeVariables, type UploadsSite } from './testing/test-uploads.ts';

const VIDEO = { kind: 'video', contentType: 'video/mp4' };
const MB = 1024 * 1024;
const LARGE = 20 * MB;
/** Uploads that the worker has in hand at the same time. */
const AT_ONCE = 8;

/** Most memory that the process itself has had at any time, in bytes. */
async function peakOf({ child }: WorkerProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** All are due at the same time. They get past the form, which would take much longer. */
async function becomeReady(site: UploadsSite, { count, bytes }: { count: number; bytes: number }): Promise<void> {
  const content = mp4Of(bytes);
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const { id, form } = await site.announce(content, VIDEO);
    await site.store.objects.put(form.fields.key, content, VIDEO.contentType);
    ids.push(id);
  }
  // As many as it takes have been read to their end then, and wait for their verdict.
  site.scanner.behave({ kind: 'hold' });
  await Promise.all(ids.map((id) => site.ask('POST', `/v2/uploads/${id}/confirm`)));
  await expect.poll(() => site.scanner.held(), { timeout: 20_000 }).toBe(AT_ONCE);
  site.scanner.release();
  for (const id of ids) await site.becomes(id, 'ready');
}

test.skipIf(process.platform !== 'linux')('large files take no more memory than small ones', async () => {
  await using site = await startUploadsSite();
  await using provider = await startTestProvider();
  const environment = {
    ...storeVariables(site.store),
    CLAMD_ADDR: `127.0.0.1:${site.scanner.port}`,
    UPLOAD_POLL_MS: '50',
    UPLOAD_LEASE_MS: '30000',
    SCAN_TIMEOUT_MS: '60000',
    UPLOAD_CONCURRENCY: String(AT_ONCE),
  };
  await using worker = await spawnTestWorker({ database: site.service.database, provider, environment });
  // Node lets buffers that nobody needs any more pile up to 64 MB and more before it collects them, of small files too.
  await becomeReady(site, { count: 70, bytes: MB });
  const before = await peakOf(worker);
  await becomeReady(site, { count: 20, bytes: LARGE });
  const grown = (await peakOf(worker)) - before;
  // Those that are read at the same time, kept whole, make 160 MB and more.
  expect(grown / MB, 'MB that large files took more than small ones').toBeLessThan((AT_ONCE * LARGE) / MB / 2);
});
