import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createConfirmUpload } from './confirm-upload.ts';
import type { MultipartStore, ReceivedPart } from './store/multipart-store.ts';
import type { ObjectStore, StoredObject } from './store/object-store.ts';
import type { StoredUpload, UploadRepository } from './upload-repository.ts';

const context = { tenantId: randomUUID(), requestId: 'request', usage: { queries: 0 } };
const SHA = 'ab'.repeat(32);

interface World {
  readonly upload?: Partial<StoredUpload>;
  readonly stored?: StoredObject | undefined;
  readonly parts?: readonly ReceivedPart[] | undefined;
}

/** One upload, a store that has this object, and whatever parts. */
function rig({ upload = {}, stored, parts }: World) {
  let row = {
    id: randomUUID(),
    status: 'pending',
    bytes: 10,
    contentType: 'image/png',
    announcedSha256: null,
    multipartId: null,
    confirmedAt: null,
    ...upload,
  } as StoredUpload;
  const asked: string[] = [];
  const uploads = {
    find: async () => row,
    async confirm(_context: unknown, _id: string, etag: string) {
      if (row.status !== 'pending') return undefined;
      asked.push(`confirmed ${etag}`);
      row = { ...row, status: 'uploaded', confirmedAt: '2026-11-21T12:00:00.000Z' };
      return row;
    },
  } as unknown as UploadRepository;
  const store = {
    async head(key: string) {
      asked.push(`head ${key}`);
      return stored;
    },
  } as unknown as ObjectStore;
  const multiparts = {
    parts: async () => parts,
    async complete() {
      asked.push('joined');
      return true;
    },
  } as unknown as MultipartStore;
  const confirm = createConfirmUpload({ uploads, store, multiparts });
  return { asked, confirm: () => confirm(context, row.id), key: `incoming/${context.tenantId}/${row.id}` };
}

const asAnnounced: StoredObject = { bytes: 10, etag: '"e"', contentType: 'image/png', sha256: undefined };

test('the store is asked, and its entity tag is kept', async () => {
  const { asked, confirm, key } = rig({ stored: asAnnounced });
  expect(await confirm()).toMatchObject({ bytes: 10, confirmedAt: expect.any(String) });
  expect(asked).toEqual([`head ${key}`, 'confirmed "e"']);
});

test('a file that is not there is not confirmed', async () => {
  const { asked, confirm } = rig({});
  await expect(confirm()).rejects.toMatchObject({ code: 'UPLOAD_INCOMPLETE', status: 409 });
  expect(asked).toHaveLength(1);
});

test.each<[string, Partial<StoredObject>, Partial<StoredUpload>]>([
  ['bytes', { bytes: 11 }, {}],
  ['contentType', { contentType: 'text/html' }, {}],
  ['sha256', { sha256: 'cd'.repeat(32) }, { announcedSha256: SHA }],
])('a file with other %s than announced is refused', async (field, found, upload) => {
  const { asked, confirm } = rig({ stored: { ...asAnnounced, ...found }, upload });
  await expect(confirm()).rejects.toMatchObject({ code: 'UPLOAD_MISMATCH', status: 422, errors: [{ field }] });
  expect(asked).toHaveLength(1);
});

test.each([undefined, SHA])('the same checksum, or none that the store knows, is no difference: %s', async (sha256) => {
  const { confirm } = rig({ stored: { ...asAnnounced, sha256 }, upload: { announcedSha256: SHA } });
  expect(await confirm()).toMatchObject({ bytes: 10 });
});

test('twenty confirmations at the same time have one effect and one answer', async () => {
  const { asked, confirm } = rig({ stored: asAnnounced });
  const answers = await Promise.all(Array.from({ length: 20 }, confirm));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(asked.filter((line) => line.startsWith('confirmed'))).toHaveLength(1);
});

test.each(['uploaded', 'scanning', 'ready', 'rejected', 'failed'] as const)(
  'once it was confirmed, the answer stays the same when it is %s',
  async (status) => {
    const { asked, confirm } = rig({ upload: { status, confirmedAt: '2026-11-21T12:00:00.000Z' } });
    expect(await confirm()).toMatchObject({ confirmedAt: '2026-11-21T12:00:00.000Z' });
    expect(asked).toEqual([]);
  },
);

test('what has expired cannot be confirmed', async () => {
  const { confirm } = rig({ upload: { status: 'failed' }, stored: asAnnounced });
  await expect(confirm()).rejects.toMatchObject({ code: 'UPLOAD_EXPIRED', status: 409 });
});

test('parts are joined when the store has all bytes of them, and not before', async () => {
  const part = (number: number, bytes: number) => ({ number, bytes, etag: `"${number}"` });
  const upload = { multipartId: 'm' };
  const some = rig({ upload, stored: asAnnounced, parts: [part(1, 6)] });
  await expect(some.confirm()).rejects.toMatchObject({ code: 'UPLOAD_INCOMPLETE' });
  expect(some.asked).toEqual([]);
  const all = rig({ upload, stored: asAnnounced, parts: [part(1, 6), part(2, 4)] });
  await all.confirm();
  expect(all.asked[0]).toBe('joined');
  const joined = rig({ upload, stored: asAnnounced, parts: undefined });
  await joined.confirm();
  expect(joined.asked).not.toContain('joined');
});

test('while somebody else joins the parts, the answer is to come again', async () => {
  const { confirm } = rig({ upload: { multipartId: 'm' }, parts: undefined });
  await expect(confirm()).rejects.toMatchObject({ code: 'RESOURCE_BUSY', status: 503, retryAfterSeconds: 1 });
});
