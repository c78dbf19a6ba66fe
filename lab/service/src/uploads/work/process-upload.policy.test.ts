import { createHash, randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { ImageVerdict } from '../content/image-verdict.ts';
import type { ScanVerdict } from '../scan/scan-verdict.ts';
import { type Scanner, ScannerError } from '../scan/scanner.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { htmlPage, mp4Of } from '../testing/test-images.ts';
import { incomingKey, originalKey } from '../upload-keys.ts';
import { createProcessUpload } from './process-upload.ts';
import { createReadThrough } from './read-through.ts';
import type { ClaimedUpload } from './upload-claims.ts';

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const { signal } = new AbortController();

interface World {
  readonly content: Uint8Array;
  readonly verdict?: ScanVerdict;
  readonly copied?: 'copied' | 'missing' | 'changed';
  readonly scanner?: Partial<Scanner>;
  readonly upload?: Partial<ClaimedUpload>;
  readonly image?: ImageVerdict;
}

const IMAGE: ImageVerdict = { kind: 'image', contentType: 'image/png', width: 2, height: 1, variants: [] };

/** A store with one file, and a scanner with one opinion. */
function rig({
  content,
  verdict = { kind: 'clean' },
  copied = 'copied',
  scanner = {},
  upload = {},
  image = IMAGE,
}: World) {
  const calls: string[] = [];
  const scanned: Uint8Array[] = [];
  const claimed: ClaimedUpload = {
    tenantId: randomUUID(),
    uploadId: randomUUID(),
    claim: randomUUID(),
    kind: 'video',
    bytes: content.length,
    announcedSha256: null,
    etag: '"e"',
    attempts: 0,
    silentClaims: 1,
    ageSeconds: 0,
    requestId: 'request',
    ...upload,
  };
  const store = {
    async copy({ from, etag, to }: { from: string; etag: string; to: string }) {
      calls.push(`copy ${from} ${etag} ${to}`);
      return copied;
    },
    async read(key: string) {
      calls.push(`read ${key}`);
      return Readable.from([content.subarray(0, 10), content.subarray(10)]);
    },
  } as unknown as ObjectStore;
  const fake: Scanner = {
    ping: async () => {},
    open: async () => ({
      async write(chunk) {
        scanned.push(chunk);
      },
      verdict: async () => verdict,
      [Symbol.dispose]: () => {},
    }),
    ...scanner,
  };
  const process = createProcessUpload({
    store,
    scanner: fake,
    readThrough: createReadThrough({ scanner: fake, silenceMs: 1_000 }),
    inspectImage: async () => image,
  });
  return { calls, claimed, run: () => process(claimed, signal), scanned: () => Buffer.concat(scanned) };
}

const film = mp4Of(4_000);

test('what is scanned, hashed and kept is a copy of what was confirmed, and nothing else', async () => {
  const { calls, claimed, run, scanned } = rig({ content: film });
  expect(await run()).toMatchObject({ status: 'ready', content: { sha256: hashOf(film), contentType: 'video/mp4' } });
  const original = originalKey(claimed);
  expect(calls).toEqual([
    `copy ${incomingKey(claimed.tenantId, claimed.uploadId)} "e" ${original}`,
    `read ${original}`,
  ]);
  expect(hashOf(scanned())).toBe(hashOf(film));
});

test('a file that was replaced behind its confirmation is not read at all', async () => {
  const { calls, run } = rig({ content: film, copied: 'changed' });
  expect(await run()).toEqual({ status: 'failed', reason: 'replaced' });
  expect(calls).toHaveLength(1);
});

test('a file that is gone has failed', async () => {
  expect(await rig({ content: film, copied: 'missing' }).run()).toEqual({ status: 'failed', reason: 'missing' });
});

test.each<[ScanVerdict, object]>([
  [
    { kind: 'infected', signature: 'Eicar' },
    { status: 'rejected', reason: 'infected' },
  ],
  [{ kind: 'over-limit' }, { status: 'failed', reason: 'too-large-to-scan' }],
])('with the verdict %j it is not ready', async (verdict, settlement) => {
  expect(await rig({ content: film, verdict }).run()).toEqual(settlement);
  const image = { kind: 'image' } as const;
  expect(await rig({ content: film, verdict, upload: image }).run()).toEqual(settlement);
});

test('without a verdict nothing is decided', async () => {
  const { run } = rig({ content: film, verdict: { kind: 'none', reply: 'nonsense' } });
  await expect(run()).rejects.toThrow('The scanner gave no verdict: nonsense');
});

test('while the scanner is away nothing is copied', async () => {
  const ping = async () => {
    throw new ScannerError('away');
  };
  const { calls, run } = rig({ content: film, scanner: { ping } });
  await expect(run()).rejects.toThrow(ScannerError);
  expect(calls).toEqual([]);
});

test('a body that ends early is an outage of the store, whatever the scanner says about its beginning', async () => {
  const { run } = rig({ content: film, upload: { bytes: film.length + 1 } });
  await expect(run()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('another checksum than announced is no mere mishap', async () => {
  const other = { announcedSha256: 'ab'.repeat(32) };
  expect(await rig({ content: film, upload: other }).run()).toEqual({
    status: 'rejected',
    reason: 'checksum-mismatch',
  });
  const same = { announcedSha256: hashOf(film) };
  expect(await rig({ content: film, upload: same }).run()).toMatchObject({ status: 'ready' });
});

test.each([
  ['a page', htmlPage(), 'type-not-allowed'],
  ['half a film', film.subarray(0, 2_000), 'content-broken'],
])('%s is no film', async (_name, content, reason) => {
  expect(await rig({ content }).run()).toEqual({ status: 'rejected', reason });
});

test('an image is what its decoder says, and its files are gone afterwards', async () => {
  const before = await readdir(tmpdir());
  const refused = { kind: 'refused', reason: 'not-only-an-image' } as const;
  const upload = { kind: 'image' } as const;
  expect(await rig({ content: film, upload, image: refused }).run()).toEqual({
    status: 'rejected',
    reason: 'not-only-an-image',
  });
  expect(await rig({ content: film, upload }).run()).toMatchObject({
    status: 'ready',
    content: { contentType: 'image/png', width: 2 },
  });
  expect(
    (await readdir(tmpdir())).filter((name) => name.startsWith('shelfwise-upload-') && !before.includes(name)),
  ).toEqual([]);
});
