import { expect, test } from 'vitest';
import { createUploadSigner } from './upload-signer.ts';

const STORE = {
  endpoint: 'http://store.internal:9000',
  publicEndpoint: 'https://files.example',
  region: 'us-east-1',
  bucket: 'shelfwise',
  accessKeyId: 'key',
  secretAccessKey: 'secret',
  timeoutMs: 1_000,
};
const request = { key: 'incoming/a/b', contentType: 'image/png', bytes: 1_234, sha256: 'ab'.repeat(32) } as const;

async function policyOf(options: { sha256: string | undefined }) {
  const signer = await createUploadSigner(STORE, 300);
  const { url, fields } = await signer.form({ ...request, ...options, ttlSeconds: 60 });
  return { url, fields, policy: JSON.parse(Buffer.from(fields['Policy'] ?? '', 'base64').toString()) };
}

test('a form is for one key, one type, one length, one checksum and a while', async () => {
  const { url, policy } = await policyOf(request);
  expect(url).toBe('https://files.example/shelfwise');
  const { conditions, expiration } = policy;
  expect(conditions).toContainEqual({ key: request.key });
  expect(conditions).toContainEqual({ bucket: 'shelfwise' });
  expect(conditions).toContainEqual({ 'Content-Type': 'image/png' });
  expect(conditions).toContainEqual(['content-length-range', 1_234, 1_234]);
  expect(conditions).toContainEqual({ 'x-amz-checksum-sha256': Buffer.from(request.sha256, 'hex').toString('base64') });
  expect(Date.parse(expiration) - Date.now()).toBeLessThanOrEqual(60_000);
});

test('without an announced checksum the form names none', async () => {
  const { fields } = await policyOf({ sha256: undefined });
  expect(Object.keys(fields).filter((name) => name.includes('checksum'))).toEqual([]);
});

test('the URL of a part is for so many bytes', async () => {
  const signer = await createUploadSigner(STORE, 300);
  const part = { key: request.key, multipartId: 'm', number: 2, bytes: 77, ttlSeconds: 60 };
  const { searchParams } = new URL(await signer.part(part));
  expect(searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host');
  expect(searchParams.get('partNumber')).toBe('2');
  expect([...searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
});

test('a download is an attachment of a type that we name, by the same URL for half of its life', async () => {
  const signer = await createUploadSigner(STORE, 300);
  const file = { key: 'objects/a', contentType: 'image/png', fileName: 'cover.png' } as const;
  const atMs = Date.UTC(2026, 10, 21, 12, 0, 10);
  const first = await signer.download(file, atMs);
  const { origin, searchParams } = new URL(first.url);
  expect(origin).toBe('https://files.example');
  expect(searchParams.get('response-content-disposition')).toBe('attachment; filename="cover.png"');
  expect(searchParams.get('response-content-type')).toBe('image/png');
  expect(await signer.download(file, atMs + 100_000)).toEqual(first);
  expect((await signer.download(file, atMs + 150_000)).url).not.toBe(first.url);
  // Never less than half of the time is left.
  expect(first.expiresAtMs - (atMs + 139_999)).toBeGreaterThan(150_000);
});
