import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testEdge } from '../../testing/test-environment.ts';
import { openTestStore, type TestStore } from '../testing/test-store.ts';
import { createUploadSigner } from './upload-signer.ts';

/** What a browser would run, if it took the file for a page. */
const PAGE = Buffer.from('<!doctype html><script>alert(1)</script>');

let filesUrl: string;
let store: TestStore;

beforeAll(async () => {
  ({ filesUrl } = await testEdge());
  store = await openTestStore();
});
afterAll(() => store?.[Symbol.asyncDispose]());

const signer = () => createUploadSigner({ ...store.settings, publicEndpoint: filesUrl }, 60);

test('a download carries nosniff, as an attachment of a type that we name, from the host of files', async () => {
  const key = `files/${randomUUID()}`;
  await store.plant(key, PAGE);
  const { url } = await (await signer()).download({ key, contentType: 'image/png', fileName: 'a.png' }, Date.now());
  expect(new URL(url).origin).toBe(filesUrl);
  for (const method of ['GET', 'HEAD']) {
    // A presigned URL names its method: a HEAD is refused by the store, and the refusal has the headers too.
    const { status, headers } = await fetch(url, { method, headers: { cookie: 'session=1' } });
    expect([method, status]).toEqual([method, method === 'GET' ? 200 : 403]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect(headers.get('set-cookie')).toBeNull();
    if (method === 'HEAD') continue;
    expect(headers.get('content-type')).toBe('image/png');
    expect(headers.get('content-disposition')).toBe('attachment; filename="a.png"');
  }
});

test('the host of files takes a signed form, and gives nothing to whoever has no signature', async () => {
  const key = `files/${randomUUID()}`;
  const request = { key, contentType: 'image/png', bytes: PAGE.length, sha256: undefined, ttlSeconds: 60 } as const;
  const form = await (await signer()).form(request);
  expect(new URL(form.url).origin).toBe(filesUrl);
  expect(await store.post(form, { content: PAGE })).toMatchObject({ status: 204 });
  const unsigned = await fetch(`${filesUrl}/${store.settings.bucket}/${key}`);
  expect([unsigned.status, unsigned.headers.get('x-content-type-options')]).toEqual([403, 'nosniff']);
  // None of the API's addresses is one here.
  expect((await fetch(`${filesUrl}/v2/books`)).headers.get('content-type')).not.toContain('problem+json');
});
