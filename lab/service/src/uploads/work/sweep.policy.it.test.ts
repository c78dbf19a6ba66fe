import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageOf, mp4Of } from '../testing/test-images.ts';
import { startUploadsSite, type UploadsSite } from '../testing/test-uploads.ts';
import { PART_BYTES } from '../upload.ts';
import { incomingKey } from '../upload-keys.ts';

let site: UploadsSite;
beforeAll(async () => {
  site = await startUploadsSite({ UPLOAD_FORM_TTL_SECONDS: '1', UPLOAD_MULTIPART_TTL_SECONDS: '1' });
  // Two of them, and often: what they do twice must do no harm.
  const eager = { UPLOAD_SWEEP_MS: '100', UPLOAD_RECONCILE_MS: '100', UPLOAD_GRACE_SECONDS: '1' };
  await site.work(eager);
  await site.work(eager);
});
afterAll(() => site?.[Symbol.asyncDispose]());

const PATIENCE = { timeout: 20_000, interval: 50 };
const VIDEO = { kind: 'video', contentType: 'video/mp4' };
const keysOf = async (id: string) => (await site.store.list()).map(({ key }) => key).filter((key) => key.includes(id));

test('what was announced and never sent has failed, and its room is free again', async () => {
  const { id } = await site.announce(Buffer.alloc(100));
  expect(await site.becomes(id, 'failed')).toMatchObject({ reason: 'expired' });
  expect(await site.ask('POST', `/v2/uploads/${id}/confirm`)).toMatchObject({
    status: 409,
    json: { code: 'UPLOAD_EXPIRED' },
  });
});

test('what was sent and never confirmed is removed', async () => {
  const { id } = await site.send(Buffer.alloc(100));
  expect(await keysOf(id)).toHaveLength(1);
  await site.becomes(id, 'failed');
  await expect.poll(() => keysOf(id), PATIENCE).toEqual([]);
});

test('parts of an upload that was never finished are gone', async () => {
  const { id } = await site.announce(mp4Of(PART_BYTES + 1), { ...VIDEO, multipart: true });
  await site.becomes(id, 'failed');
  const open = async () => (await site.store.multiparts.listOpen('')).filter(({ key }) => key.includes(id));
  await expect.poll(open, PATIENCE).toEqual([]);
});

test('parts that belong to no upload are gone', async () => {
  const key = incomingKey(site.tenant.id, randomUUID());
  await site.store.multiparts.begin(key, 'video/mp4');
  const open = async () => (await site.store.multiparts.listOpen('')).filter((found) => found.key === key);
  await expect.poll(open, PATIENCE).toEqual([]);
});

test('objects that belong to no upload are gone, and others are not', async () => {
  const id = await site.upload(await imageOf('png', { width: 20, height: 20 }));
  await site.becomes(id, 'ready');
  const served = await keysOf(id);
  const strays = [
    incomingKey(site.tenant.id, randomUUID()),
    `objects/${site.tenant.id}/${randomUUID()}/${randomUUID()}/original`,
    // Of an earlier attempt at an upload that is ready.
    `objects/${site.tenant.id}/${id}/${randomUUID()}/original`,
    incomingKey(site.tenant.id, id),
  ];
  for (const key of strays) await site.store.plant(key, Buffer.from('stray'));
  await site.store.plant('elsewhere/not-ours', Buffer.from('kept'));
  const left = async () => (await site.store.list()).map(({ key }) => key).filter((key) => strays.includes(key));
  await expect.poll(left, PATIENCE).toEqual([]);
  expect((await keysOf(id)).sort()).toEqual(served.filter((key) => key.startsWith('objects/')).sort());
  expect(await site.store.objects.head('elsewhere/not-ours')).toBeDefined();
  expect((await site.download(id)).content.length).toBeGreaterThan(0);
});

test.each(['original', 'thumbnail.webp'])('a ready upload whose %s is gone says so', async (name) => {
  const id = await site.upload(await imageOf('png', { width: 20, height: 20 }));
  await site.becomes(id, 'ready');
  const key = (await keysOf(id)).find((found) => found.endsWith(name)) ?? '';
  await site.store.objects.remove([key]);
  expect(await site.becomes(id, 'failed')).toMatchObject({ reason: 'lost' });
  await expect.poll(() => keysOf(id), PATIENCE).toEqual([]);
});

test('what came to nothing is forgotten after a while', async () => {
  await using _work = await site.work({ UPLOAD_SWEEP_MS: '100', UPLOAD_KEEP_SECONDS: '1', UPLOAD_GRACE_SECONDS: '1' });
  const { id } = await site.announce(Buffer.alloc(100));
  await expect.poll(async () => (await site.ask('GET', `/v2/uploads/${id}`)).status, PATIENCE).toBe(404);
});
