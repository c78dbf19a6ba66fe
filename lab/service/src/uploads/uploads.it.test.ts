import { createHash, randomUUID } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageOf, mp4Of } from './testing/test-images.ts';
import { startUploadsSite, type UploadsSite } from './testing/test-uploads.ts';
import { PART_BYTES } from './upload.ts';

let site: UploadsSite;
beforeAll(async () => {
  site = await startUploadsSite();
  await site.work();
});
afterAll(() => site?.[Symbol.asyncDispose]());

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const VIDEO = { kind: 'video', contentType: 'video/mp4' };

test('an image is announced, sent, confirmed, processed and had again', async () => {
  const content = await imageOf('png', { width: 1_500, height: 900 });
  const announced = await site.announce(content, { sha256: hashOf(content) });
  expect(announced).toMatchObject({ status: 'pending', bytes: content.length, confirmedAt: null, sha256: null });
  expect(await site.store.post(announced.form, { content })).toMatchObject({ status: 204 });
  const { status, headers, json } = await site.ask('POST', `/v2/uploads/${announced.id}/confirm`);
  expect({ status, json }).toMatchObject({ status: 202, json: { id: announced.id, bytes: content.length } });
  expect(headers.get('location')).toBe(`/v2/uploads/${announced.id}`);

  expect(await site.becomes(announced.id, 'ready')).toMatchObject({
    contentType: 'image/png',
    sha256: hashOf(content),
    width: 1_500,
    height: 900,
    reason: null,
  });
  const original = await site.download(announced.id);
  expect(hashOf(original.content)).toBe(hashOf(content));
  expect(original.headers.get('content-type')).toBe('image/png');
  expect(original.headers.get('content-disposition')).toBe(`attachment; filename="${announced.id}.png"`);
  for (const [query, format, width] of [
    ['?variant=thumbnail', 'webp', 300],
    ['?variant=medium&format=jpeg', 'jpeg', 1_200],
  ] as const) {
    const variant = await site.download(announced.id, query);
    expect(await sharp(variant.content).metadata()).toMatchObject({ format, width });
    expect(variant.headers.get('content-type')).toBe(`image/${format}`);
    expect(variant.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(variant.headers.get('cache-control')).toContain('immutable');
  }
});

test('the file that came in is gone when its upload is ready', async () => {
  const id = await site.upload(await imageOf('jpeg', { width: 20, height: 20 }), { contentType: 'image/jpeg' });
  await site.becomes(id, 'ready');
  await expect.poll(async () => (await site.store.list('incoming/')).filter(({ key }) => key.includes(id))).toEqual([]);
});

test('a video is read and scanned, and has no variants', async () => {
  const content = mp4Of(3_000_000);
  const id = await site.upload(content, VIDEO);
  expect(await site.becomes(id, 'ready')).toMatchObject({ contentType: 'video/mp4', variants: [], width: null });
  expect(hashOf((await site.download(id)).content)).toBe(hashOf(content));
  expect(await site.ask('GET', `/v2/uploads/${id}/content?variant=thumbnail`)).toMatchObject({ status: 404 });
});

test('the content decides what an image is, not its announcement', async () => {
  const id = await site.upload(await imageOf('webp', { width: 20, height: 20 }));
  expect(await site.becomes(id, 'ready')).toMatchObject({ contentType: 'image/webp' });
  expect((await site.download(id)).headers.get('content-type')).toBe('image/webp');
});

test('a video comes in parts, of which the missing ones are sent later', async () => {
  const content = mp4Of(PART_BYTES + 1_000_000);
  const announced = await site.announce(content, { ...VIDEO, multipart: true });
  expect(announced).toMatchObject({ parts: { bytes: PART_BYTES, count: 2 } });
  const path = `/v2/uploads/${announced.id}/parts`;
  const { json } = await site.ask('POST', path, { body: { numbers: [1, 2] } });
  const put = (number: number, body: Uint8Array) =>
    fetch(json.parts[number - 1].url, { method: 'PUT', body: new Uint8Array(body) }).then(({ status }) => status);

  // For exactly so many bytes: the length is part of the signature.
  expect(await put(2, content.subarray(0, 500))).toBe(403);
  expect(await put(2, content.subarray(PART_BYTES))).toBe(200);
  expect((await site.ask('GET', path)).json).toMatchObject({ count: 2, received: [{ number: 2, bytes: 1_000_000 }] });
  expect(await site.ask('POST', `/v2/uploads/${announced.id}/confirm`)).toMatchObject({
    status: 409,
    json: { code: 'UPLOAD_INCOMPLETE' },
  });
  expect(await put(1, content.subarray(0, PART_BYTES))).toBe(200);
  const confirm = () => site.ask('POST', `/v2/uploads/${announced.id}/confirm`);
  // One of them joins the parts; the others are told that they are there, or to come again.
  for (const { status } of await Promise.all([confirm(), confirm(), confirm()])) expect([202, 503]).toContain(status);
  await expect.poll(async () => (await confirm()).status).toBe(202);
  expect(await site.becomes(announced.id, 'ready')).toMatchObject({ sha256: hashOf(content) });
  expect(await site.ask('POST', path, { body: { numbers: [1] } })).toMatchObject({
    status: 409,
    json: { code: 'UPLOAD_EXPIRED' },
  });
});

test('what is not ready cannot be had', async () => {
  const { id } = await site.announce(Buffer.alloc(10));
  expect(await site.ask('GET', `/v2/uploads/${id}/content`)).toMatchObject({
    status: 409,
    json: { code: 'UPLOAD_NOT_READY' },
  });
});

test('a page is told the URL instead of being sent there', async () => {
  const id = await site.upload(await imageOf('png', { width: 20, height: 20 }));
  await site.becomes(id, 'ready');
  const { status, json, headers } = await site.ask('GET', `/v2/uploads/${id}/content?variant=thumbnail`);
  expect({ status, json }).toMatchObject({
    status: 200,
    json: { url: expect.any(String), expiresAt: expect.any(String) },
  });
  expect(headers.get('vary')).toMatch(/accept/i);
  expect((await fetch(json.url)).status).toBe(200);
});

test('an upload that is deleted takes its objects with it', async () => {
  const id = await site.upload(await imageOf('png', { width: 20, height: 20 }));
  await site.becomes(id, 'ready');
  expect((await site.store.list('objects/')).filter(({ key }) => key.includes(id))).toHaveLength(5);
  expect((await site.ask('DELETE', `/v2/uploads/${id}`)).status).toBe(204);
  expect((await site.store.list()).filter(({ key }) => key.includes(id))).toEqual([]);
  expect((await site.ask('GET', `/v2/uploads/${id}`)).status).toBe(404);
  expect((await site.ask('DELETE', `/v2/uploads/${id}`)).status).toBe(404);
});

test('parts of an upload that is deleted are gone', async () => {
  const announced = await site.announce(mp4Of(PART_BYTES + 1), { ...VIDEO, multipart: true });
  const open = async () => (await site.store.multiparts.listOpen('')).filter(({ key }) => key.includes(announced.id));
  expect(await open()).toHaveLength(1);
  await site.ask('DELETE', `/v2/uploads/${announced.id}`);
  expect(await open()).toEqual([]);
});

test('a list shows the newest first, page by page, and nothing internal', async () => {
  const other = await site.service.createTenant();
  const token = await site.service.signIn(other);
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    const body = { kind: 'image', contentType: 'image/png', bytes: 10 };
    ids.unshift((await site.ask('POST', '/v2/uploads', { body, token })).json.id);
  }
  const listed: string[] = [];
  for (let cursor = ''; cursor !== 'none'; ) {
    const { json } = await site.ask('GET', `/v2/uploads?limit=2${cursor}`, { token });
    listed.push(...json.items.map(({ id }: { id: string }) => id));
    expect(Object.keys(json.items[0])).not.toContain('claim');
    cursor = json.nextCursor === null ? 'none' : `&cursor=${json.nextCursor}`;
  }
  expect(listed).toEqual(ids);
});

test.each([
  [{ kind: 'image', contentType: 'image/svg+xml', bytes: 1 }],
  [{ kind: 'image', contentType: 'video/mp4', bytes: 1 }],
  [{ kind: 'video', contentType: 'image/png', bytes: 1 }],
  [{ kind: 'audio', contentType: 'audio/mpeg', bytes: 1 }],
  [{ kind: 'image', contentType: 'image/png', bytes: 0 }],
  [{ kind: 'image', contentType: 'image/png', bytes: 100_000_001 }],
  [{ kind: 'video', contentType: 'video/mp4', bytes: 1_000_000_001 }],
  [{ kind: 'image', contentType: 'image/png', bytes: 1, sha256: 'AB' }],
  [{ kind: 'image', contentType: 'image/png', bytes: 1, multipart: true }],
  [{ kind: 'video', contentType: 'video/mp4', bytes: PART_BYTES, multipart: true }],
  [{ kind: 'image', contentType: 'image/png', bytes: 1, key: 'elsewhere' }],
])('the announcement %j is refused', async (body) => {
  expect(await site.ask('POST', '/v2/uploads', { body })).toMatchObject({
    status: 400,
    json: { code: 'INVALID_REQUEST' },
  });
});

test.each(['?variant=huge', '?format=gif'])('content%s is refused', async (query) => {
  expect((await site.ask('GET', `/v2/uploads/${randomUUID()}/content${query}`)).status).toBe(400);
});

test('a clerk may look, and not change', async () => {
  const token = await site.service.signIn(site.tenant, 'clerk');
  const body = { kind: 'image', contentType: 'image/png', bytes: 1 };
  expect((await site.ask('POST', '/v2/uploads', { body, token })).status).toBe(403);
  expect((await site.ask('GET', '/v2/uploads', { token })).status).toBe(200);
});

test('another tenant finds nothing', async () => {
  const id = await site.upload(await imageOf('png', { width: 20, height: 20 }));
  await site.becomes(id, 'ready');
  const token = await site.service.signIn(await site.service.createTenant());
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/content'],
    ['GET', '/parts'],
    ['POST', '/confirm'],
    ['DELETE', ''],
  ] as const) {
    expect((await site.ask(method, `/v2/uploads/${id}${path}`, { token })).status).toBe(404);
  }
  const parts = await site.ask('POST', `/v2/uploads/${id}/parts`, { body: { numbers: [1] }, token });
  expect(parts.status).toBe(404);
  expect((await site.ask('GET', '/v2/uploads', { token })).json.items).toEqual([]);
  expect((await site.ask('GET', `/v2/uploads/${id}`)).status).toBe(200);
});

test('without a token nothing is answered', async () => {
  for (const [method, path] of [
    ['POST', '/v2/uploads'],
    ['GET', '/v2/uploads'],
    ['GET', `/v2/uploads/${randomUUID()}/content`],
    ['DELETE', `/v2/uploads/${randomUUID()}`],
  ] as const) {
    expect((await site.ask(method, path, { token: 'none' })).status).toBe(401);
  }
});

test('the page speaks to us and to the store, and runs nothing inline', async () => {
  for (const [path, type] of [
    ['/uploads', 'text/html'],
    ['/uploads/page.css', 'text/css'],
    ['/uploads/page.js', 'text/javascript'],
    ['/uploads/sending.js', 'text/javascript'],
    ['/uploads/words.js', 'text/javascript'],
  ] as const) {
    const answer = await fetch(site.url + path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain(type);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ${new URL(site.store.settings.endpoint).origin}`);
    expect(policy).not.toContain('unsafe-inline');
    if (path === '/uploads') expect(await answer.text()).not.toMatch(/<script>|<style|style=|onclick=/);
  }
});

test('a browser at another origin may send to the store', async () => {
  const { url } = (await site.announce(Buffer.alloc(10))).form;
  const headers = { origin: 'http://shop.example', 'access-control-request-method': 'POST' };
  const preflight = await fetch(url, { method: 'OPTIONS', headers });
  expect(preflight.status).toBe(200);
  expect(preflight.headers.get('access-control-allow-origin')).toMatch(/^\*$|shop\.example/);
});
