import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Filling, openTestStore, type TestStore } from '../testing/test-store.ts';
import { createUploadSigner, type UploadForm, type UploadSigner } from './upload-signer.ts';

// What protects the service here is the store: each of these is tried on the real one, with a form that we have signed.

let store: TestStore;
let signer: UploadSigner;
beforeAll(async () => {
  store = await openTestStore();
  signer = await createUploadSigner(store.settings, 300);
});
afterAll(() => store?.[Symbol.asyncDispose]());

const content = Buffer.alloc(1_000, 7);
const sha256 = createHash('sha256').update(content).digest('hex');
let count = 0;
const nextKey = () => {
  count += 1;
  return `incoming/${count}`;
};
const form = (more: { ttlSeconds?: number; sha256?: string } = {}) =>
  signer.form({ key: nextKey(), contentType: 'image/png', bytes: 1_000, sha256: undefined, ttlSeconds: 60, ...more });

test('what was announced is taken', async () => {
  const signed = await form({ sha256 });
  expect(await store.post(signed, { content })).toEqual({ status: 204, code: undefined });
  const stored = await store.objects.head(signed.fields['key'] ?? '');
  expect(stored).toMatchObject({ bytes: 1_000, contentType: 'image/png' });
  expect([undefined, sha256]).toContain(stored?.sha256);
});

test.each<[string, Filling]>([
  ['one byte more', { content: Buffer.alloc(1_001) }],
  ['a hundred times as much', { content: Buffer.alloc(100_000) }],
  ['one byte less', { content: Buffer.alloc(999) }],
  ['nothing', { content: Buffer.alloc(0) }],
  ['another key', { content, fields: { key: 'objects/elsewhere' } }],
  ['a key below it', { content, fields: { key: 'incoming/1/more' } }],
  ['another type', { content, fields: { 'Content-Type': 'text/html' } }],
  ['no type', { content, fields: { 'Content-Type': null } }],
  ['a field that nobody has signed', { content, fields: { 'x-amz-meta-note': 'mine' } }],
  ['an answer that leads elsewhere', { content, fields: { success_action_redirect: 'https://evil.example' } }],
  ['no signature', { content, fields: { 'X-Amz-Signature': null } }],
  ['a forged signature', { content, fields: { 'X-Amz-Signature': 'ab'.repeat(32) } }],
])('%s is refused, and leaves no object', async (_name, filling) => {
  const signed = await form();
  const before = await store.list();
  const { status } = await store.post(signed, filling);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(await store.list()).toEqual(before);
});

test('other conditions than those that were signed are refused', async () => {
  const signed = await form();
  const policy = JSON.parse(Buffer.from(signed.fields['Policy'] ?? '', 'base64').toString());
  policy.conditions = policy.conditions.map((condition: unknown) =>
    Array.isArray(condition) ? ['content-length-range', 0, 1_000_000] : condition,
  );
  const forged = Buffer.from(JSON.stringify(policy)).toString('base64');
  expect(await store.post(signed, { content: Buffer.alloc(5_000), fields: { Policy: forged } })).toMatchObject({
    status: 403,
  });
});

test('a form that has expired is refused', async () => {
  const signed = await form({ ttlSeconds: 1 });
  const before = await store.list();
  await expect
    .poll(async () => (await store.post({ ...signed }, { content })).status, { timeout: 20_000, interval: 300 })
    .toBe(403);
  await store.objects.remove([signed.fields['key'] ?? '']);
  expect((await store.list()).length).toBe(before.length);
});

test('other bytes than those whose checksum was announced are refused', async () => {
  const signed = await form({ sha256 });
  const before = await store.list();
  expect(await store.post(signed, { content: Buffer.alloc(1_000, 8) })).toMatchObject({ status: 400 });
  expect(await store.list()).toEqual(before);
});

test('a body that says it is longer than it is leaves nothing', async () => {
  const signed = await form();
  const before = await store.list();
  const status = await postRaw(signed, { file: Buffer.alloc(10), behind: Buffer.alloc(990, 32) });
  const after = await store.list();
  // Either it is refused, or what it left has another size than announced, and its confirmation is refused.
  if (status < 300) expect(await store.objects.head(signed.fields['key'] ?? '')).not.toMatchObject({ bytes: 1_000 });
  else expect(after).toEqual(before);
});

test('without a signature nothing is read, written or listed', async () => {
  await store.plant('incoming/planted', content);
  const { endpoint, bucket } = store.settings;
  for (const [method, path] of [
    ['GET', '/incoming/planted'],
    ['PUT', '/incoming/mine'],
    ['DELETE', '/incoming/planted'],
    ['GET', '/?list-type=2'],
  ] as const) {
    expect((await fetch(`${endpoint}/${bucket}${path}`, { method })).status).toBe(403);
  }
});

test('a download is for one object, for a while, and for what was signed', async () => {
  await store.plant('objects/mine', content);
  const file = { key: 'objects/mine', contentType: 'image/png', fileName: 'a.png' } as const;
  const { url } = await signer.download(file, Date.now());
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a.png"');
  expect(answer.headers.get('content-type')).toBe('image/png');
  for (const [from, to] of [
    ['objects/mine', 'incoming/planted'],
    ['attachment', 'inline'],
    ['image%2Fpng', 'text%2Fhtml'],
  ] as const) {
    expect((await fetch(url.replace(from, to))).status).toBe(403);
  }
  const { url: old } = await signer.download(file, Date.now() - 400_000);
  expect((await fetch(old)).status).toBe(403);
});

/** A form by hand: the end mark of the file stands early, and something follows it. */
async function postRaw(signed: UploadForm, { file, behind }: { file: Buffer; behind: Buffer }): Promise<number> {
  const boundary = 'boundary-of-a-test';
  const fields = Object.entries(signed.fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(fields.join('') + head),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
    behind,
  ]);
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  return (await fetch(signed.url, { method: 'POST', headers, body })).status;
}
