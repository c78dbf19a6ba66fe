import { expect, test } from 'vitest';
import { openKeyStore } from './key-store.ts';
import { createObjectStore } from './object-store.ts';

const { signal } = new AbortController();

test('a Redis that the stack does not name says so, and connects to nobody', async () => {
  await using limits = openKeyStore('redis-limits', null);
  const absent = { code: 'E_NO_STORE', message: 'The stack has no redis-limits.' };
  await expect(limits.count()).rejects.toMatchObject(absent);
  await expect(limits.keys(10)).rejects.toMatchObject(absent);
  await expect(limits.command('PING')).rejects.toMatchObject(absent);
});

test('so does an object store', async () => {
  const objects = createObjectStore({ bucket: null, signal });
  const absent = { code: 'E_NO_STORE', message: 'The stack has no object store.' };
  await expect(objects.list()).rejects.toMatchObject(absent);
  await expect(objects.head('a')).rejects.toMatchObject(absent);
  await expect(objects.read('a')).rejects.toMatchObject(absent);
});

test('an address at which nobody answers is what a customer sees, no fault of the lab', async () => {
  const objects = createObjectStore({ bucket: null, signal });
  const form = { url: 'http://127.0.0.1:1/shelfwise', fields: { key: 'incoming/1' } };
  const answers = [objects.open('http://127.0.0.1:1/shelfwise/a'), objects.submit(form, new Uint8Array(4))];
  for (const answer of await Promise.all([...answers, objects.open('no address')])) {
    expect(answer).toMatchObject({ status: null, code: null, headers: {} });
  }
});

test('an attempt that is over ends what its customers wait for', async () => {
  const over = AbortSignal.abort(new Error('The attempt is over.'));
  const objects = createObjectStore({ bucket: null, signal: over });
  await expect(objects.open('http://127.0.0.1:1/a')).rejects.toThrow('The attempt is over.');
});
