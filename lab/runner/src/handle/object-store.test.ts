import { expect, test } from 'vitest';
import { createObjectStore } from './object-store.ts';

const signal = new AbortController().signal;
const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
const bucket = { name: 'shelfwise', url: 'http://127.0.0.1:9000', region: 'us-east-1', credentials };

test.each([
  ['http://127.0.0.1:9000/shelfwise/a?X-Amz-Expires=5', true],
  ['http://127.0.0.1:9001/shelfwise/a', false],
  ['http://localhost:9000/shelfwise/a', false],
  ['https://127.0.0.1:9000/shelfwise/a', false],
  ['/shelfwise/a', false],
])('%s is the address of the store: %s', (url, isStore) => {
  expect(createObjectStore({ bucket, signal }).isAt(url)).toBe(isStore);
});

test('where there is no store, no address is its own', () => {
  expect(createObjectStore({ bucket: null, signal }).isAt('http://127.0.0.1:9000/')).toBe(false);
});
