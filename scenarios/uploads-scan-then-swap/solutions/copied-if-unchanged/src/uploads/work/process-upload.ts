import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { ImageVerdict } from '../content/image-verdict.ts';
import type { InspectImage } from '../content/inspect-image.ts';
import type { Scanner } from '../scan/scanner.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { storeUnavailable } from '../store/store-errors.ts';
import { incomingKey, originalKey, variantKey } from '../upload-keys.ts';
import { isMp4 } from './is-mp4.ts';
import type { Reading, ReadThrough } from './read-through.ts';
import type { ClaimedUpload, ReadyContent, Settlement } from './upload-claims.ts';

/** Throws when nothing can be said about the file yet: classifyFailure tells whose fault it is. */
export type ProcessUpload = (upload: ClaimedUpload, signal: AbortSignal) => Promise<Settlement>;

interface ProcessUploadParts {
  readonly store: ObjectStore;
  readonly scanner: Scanner;
  readonly readThrough: ReadThrough;
  readonly inspectImage: InspectImage;
}

/** The scanner was asked, and what it said does not count as an answer. Another attempt may be told more. */
class NoVerdictError extends Error {
  override readonly name = 'NoVerdictError';
}

/**
 * An entity tag names content. What is read and scanned, and what is copied to where customers are served from, both
 * have the one that was confirmed, or the upload fails.
 */
export function createProcessUpload(parts: ProcessUploadParts): ProcessUpload {
  const { store, scanner, readThrough } = parts;

  return async (upload, signal) => {
    const { tenantId, uploadId, etag, bytes, announcedSha256 } = upload;
    // Before a gigabyte is read for nothing.
    await scanner.ping();
    const incoming = incomingKey(tenantId, uploadId);
    const body = await store.readUnchanged(incoming, etag, signal);
    if (body === 'missing' || body === 'changed') return failedAs(body);

    const folder = await mkdtemp(join(tmpdir(), 'shelfwise-upload-'));
    try {
      const file = upload.kind === 'image' ? join(folder, 'original') : undefined;
      const reading = await read(body, file, signal);
      // What was scanned must be all that is served.
      if (reading.bytes !== bytes)
        throw storeUnavailable(new Error(`The store sent ${reading.bytes} of ${bytes} bytes.`));
      const refusal = refusalOf(reading, announcedSha256);
      if (refusal) return refusal;
      const settlement =
        file === undefined ? await videoOf(reading) : await imageOf(upload, reading, { file, folder, signal });
      if (settlement.status !== 'ready') return settlement;
      const copied = await store.copy({ from: incoming, etag, to: originalKey(upload), bytes, signal });
      return copied === 'copied' ? settlement : failedAs(copied);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  async function read(body: Readable, path: string | undefined, signal: AbortSignal): Promise<Reading> {
    await using file = path === undefined ? undefined : await open(path, 'wx');
    return await readThrough(body, { file, signal });
  }

  async function imageOf(
    upload: ClaimedUpload,
    { sha256 }: Reading,
    { file, folder, signal }: { file: string; folder: string; signal: AbortSignal },
  ): Promise<Settlement> {
    const verdict = await parts.inspectImage({ file, folder }, signal);
    if (verdict.kind === 'refused') return { status: 'rejected', reason: verdict.reason };
    await storeVariants(upload, verdict, folder);
    const { contentType, width, height, variants } = verdict;
    return ready({ sha256, contentType, width, height, variants });
  }

  async function storeVariants(upload: ClaimedUpload, verdict: ImageVerdict & { kind: 'image' }, folder: string) {
    for (const { name, format } of verdict.variants) {
      const drawn = await readFile(join(folder, `${name}.${format}`));
      await store.put(variantKey(upload, { name, format }), drawn, `image/${format}`);
    }
  }
}

/** Why the content may not be served, as far as its bytes alone tell. Anything but a clean verdict is a reason. */
function refusalOf({ verdict, sha256 }: Reading, announcedSha256: string | null): Settlement | undefined {
  switch (verdict.kind) {
    case 'infected':
      return { status: 'rejected', reason: 'infected' };
    case 'over-limit':
      return { status: 'failed', reason: 'too-large-to-scan' };
    case 'none':
      throw new NoVerdictError(`The scanner gave no verdict: ${verdict.reply}`);
    case 'clean':
      return (announcedSha256 ?? sha256) === sha256 ? undefined : { status: 'rejected', reason: 'checksum-mismatch' };
    default:
      return verdict satisfies never;
  }
}

async function videoOf({ sha256, head, isWholeMp4 }: Reading): Promise<Settlement> {
  if (!(await isMp4(head))) return { status: 'rejected', reason: 'type-not-allowed' };
  if (!isWholeMp4) return { status: 'rejected', reason: 'content-broken' };
  return ready({ sha256, contentType: 'video/mp4', width: null, height: null, variants: [] });
}

function failedAs(what: 'missing' | 'changed'): Settlement {
  return { status: 'failed', reason: what === 'missing' ? 'missing' : 'replaced' };
}

function ready(content: ReadyContent): Settlement {
  return { status: 'ready', content };
}
