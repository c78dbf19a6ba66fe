import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { LabError } from '@lab/sdk';
import { askS3, type S3Target } from './ask-s3.ts';

/** Pages of any origin may send to it and read from it: nothing is had without a signature. */
const OPEN_TO_PAGES = [
  '<CORSConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><CORSRule>',
  ...['GET', 'HEAD', 'POST', 'PUT'].map((method) => `<AllowedMethod>${method}</AllowedMethod>`),
  '<AllowedHeader>*</AllowedHeader><AllowedOrigin>*</AllowedOrigin>',
  '</CORSRule></CORSConfiguration>',
].join('');

/** Makes a bucket to which browsers may send files. @throws LabError when the store refuses. */
export async function makeBucket(target: S3Target, bucket: string): Promise<void> {
  await put(target, { path: `/${bucket}` });
  await put(target, { path: `/${bucket}`, query: { cors: '' }, body: OPEN_TO_PAGES });
}

async function put(
  target: S3Target,
  request: { path: string; query?: Record<string, string>; body?: string },
): Promise<void> {
  const answer = await askS3(target, { method: 'PUT', ...request });
  const text = await answer.text();
  if (answer.ok) return;
  throw new LabError('E_BUCKET', {
    message: `The object store refused to make a bucket: it answered ${answer.status}: ${text}`,
    hint: 'npx lab logs s3',
  });
}

/**
 * Takes everything out of every bucket, parts of unfinished uploads too; the buckets stay. Past the store, which keeps
 * nothing in memory: that takes as long for a thousand objects as for one.
 */
export async function emptyBuckets(dataDir: string): Promise<void> {
  const buckets = await readdir(dataDir, { withFileTypes: true });
  const entries = await Promise.all(
    buckets
      .filter((bucket) => bucket.isDirectory())
      .map(async ({ name }) =>
        (await readdir(path.join(dataDir, name))).map((entry) => path.join(dataDir, name, entry)),
      ),
  );
  await Promise.all(entries.flat().map((entry) => rm(entry, { recursive: true, force: true })));
}
