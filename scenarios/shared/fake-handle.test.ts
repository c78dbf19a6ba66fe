import type { Scan } from '@lab/sdk';
import { expect, test } from 'vitest';
import { fakeHandle } from './testing/fake-handle.ts';

const bytes = new TextEncoder().encode('cover');
const stored = { content: bytes, sha256: 'aa', headers: { 'content-type': 'image/png' } };
const form = { url: 'http://store.example/shelfwise', fields: { key: 'incoming/1' } };
const scan: Scan = {
  caller: 'worker-1',
  startMs: 0,
  endMs: 1,
  bytes: 5,
  sha256: 'aa',
  isInfected: false,
  reply: 'stream: OK',
};

test('the fake store shows what lies in it, and answers customers as it is told', async () => {
  const { h } = fakeHandle({
    objects: () => ({ 'objects/1': stored, 'incoming/1': stored }),
    store: (_form, file) => (file.length > 4 ? { status: 400, code: 'EntityTooLarge' } : { status: 204 }),
    open: () => ({ status: 403 }),
  });
  expect(await h.objects.list('objects/')).toEqual([{ key: 'objects/1', bytes: 5, etag: 'aa', writtenAtMs: 0 }]);
  expect(await h.objects.read('objects/1')).toBe(stored);
  expect(await h.objects.head('objects/2')).toBeNull();
  expect(await h.objects.submit(form, bytes)).toMatchObject({ status: 400, code: 'EntityTooLarge' });
  expect(await h.objects.submit(form, bytes.subarray(1))).toMatchObject({ status: 204, code: null });
  expect(await h.objects.open('http://store.example/x')).toMatchObject({ status: 403 });
});

test('the fake scanner, receiver and limits show what they are told, by the clock', async () => {
  const { h } = fakeHandle({
    scans: (nowMs) => (nowMs >= 10 ? [scan] : []),
    received: () => [],
    limitKeys: () => [{ key: 'limit:1', ttlMs: 1_000 }],
  });
  expect(await h.scanner.scans('aa')).toEqual([]);
  await h.clock.sleep(10);
  expect(await h.scanner.scans('aa')).toEqual([scan]);
  expect(await h.scanner.scans('bb')).toEqual([]);
  expect(await h.receiver.received('/told')).toEqual([]);
  expect(h.receiver.urlOf('/told')).toBe('http://receiver.example/told');
  expect(await h.limits.count()).toBe(1);
  expect(await h.limits.keys(10)).toEqual([{ key: 'limit:1', ttlMs: 1_000 }]);
});
