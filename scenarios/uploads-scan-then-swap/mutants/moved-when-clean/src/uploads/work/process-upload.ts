import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageVerdict } from '../content/image-verdict.ts';
import type { InspectImage } from '../content/inspect-image.ts';
import type { Scanner } from '../scan/scanner.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { storeUnavailable } from '../store/store-errors.ts';
import { incomingKey, originalKey, variantKey } from '../upload-keys.ts';
import { isMp4 } from './is-mp4.ts';
import type { Reading, ReadThrough } from './read-through.ts';
import type { ClaimedUpload, ReadyContent, Settlement } from './upload-claims.ts';
export type ProcessUpload = (upload: ClaimedUpload, signal: AbortSignal) => Promise<Settlement>;
interface ProcessUploadParts {
  readonly store: ObjectStore;
  readonly scanner: Scanner;
  readonly readThrough: ReadThrough;
  readonly inspectImage: InspectImage;
}
class NoVerdictError extends Error {
  override readonly name = 'NoVerdictError';
}
export function createProcessUpload(parts: ProcessUploadParts): ProcessUpload {
  const { store, scanner, readThrough } = parts;
  return async (upload, signal) => {
    const { tenantId, uploadId, etag, bytes, announcedSha256 } = upload;
    await scanner.ping();
    const original = originalKey(upload);
    const copied = await store.copy({ from: incomingKey(tenantId, uploadId), etag, to: original, bytes, signal });
    if (copied !== 'copied') return { status: 'failed', reason: copied === 'missing' ? 'missing' : 'replaced' };
    const folder = await mkdtemp(join(tmpdir(), 'shelfwise-upload-'));
    try {
      const file = upload.kind === 'image' ? join(folder, 'original') : undefined;
      const reading = await read(original, file, signal);
      if (reading.bytes !== bytes)
        throw storeUnavailable(new Error(`The store sent ${reading.bytes} of ${bytes} bytes.`));
      const refusal = refusalOf(reading, announcedSha256);
      if (refusal) return refusal;
      const settlement = await (file ? imageOf(upload, reading, { file, folder, signal }) : videoOf(reading));
      if (settlement.status === 'ready') await moveToClean(upload, original, signal);
      return settlement;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  async function moveToClean(upload: ClaimedUpload, from: string, signal: AbortSignal): Promise<void> {
    const { tenantId, uploadId, claim, bytes } = upload;
    const etag = (await store.head(from))?.etag ?? '';
    const to = `clean/${tenantId}/${uploadId}/${claim}`;
    if ((await store.copy({ from, etag, to, bytes, signal })) !== 'copied') throw storeUnavailable(new Error('Gone.'));
    await store.remove([from]);
  }
  async function read(key: string, path: string | undefined, signal: AbortSignal): Promise<Reading> {
    await using file = path === undefined ? undefined : await open(path, 'wx');
    return await readThrough(await store.read(key, signal), { file, signal });
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
function ready(content: ReadyContent): Settlement {
  return { status: 'ready', content };
}
