import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createUploadMetrics } from '../upload-metrics.ts';
import { connectStore, createObjectStore, type ObjectStore } from './object-store.ts';

// A store that takes connections and says nothing.

let silent: Server;
let store: ObjectStore;
const sockets = new Set<Socket>();
const registry = new Registry();
const TIMEOUT_MS = 200;

beforeAll(async () => {
  silent = createServer((socket) => {
    // It reads, else it would not notice that it is left.
    sockets.add(socket.on('error', () => {}).once('close', () => sockets.delete(socket)));
    socket.resume();
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const settings = {
    endpoint,
    publicEndpoint: endpoint,
    region: 'us-east-1',
    bucket: 'test',
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    timeoutMs: TIMEOUT_MS,
  };
  store = await createObjectStore(await connectStore(settings, createUploadMetrics(registry)), TIMEOUT_MS);
});
afterAll(async () => {
  store?.close();
  for (const socket of sockets) socket.destroy();
  silent?.close();
});

const { signal } = new AbortController();

test.each<[string, () => Promise<unknown>]>([
  ['head', () => store.head('a')],
  ['read', () => store.read('a', signal)],
  ['copy', () => store.copy({ from: 'a', to: 'b', etag: '"e"', bytes: 100, signal })],
  ['put', () => store.put('a', Buffer.from('x'), 'image/png')],
  ['remove', () => store.remove(['a'])],
  ['list', () => store.list('a')],
])('%s gives up in time, and says that it is the store', async (_name, call) => {
  const startedAtMs = performance.now();
  await expect(call()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', status: 503 });
  const tookMs = performance.now() - startedAtMs;
  expect(tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS * 0.9);
  expect(tookMs).toBeLessThan(TIMEOUT_MS + 1_000);
});

test('more calls than there are connections give up in time too, and leave none open', async () => {
  const startedAtMs = performance.now();
  const results = await Promise.allSettled(Array.from({ length: 200 }, () => store.head('a')));
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(performance.now() - startedAtMs).toBeLessThan(TIMEOUT_MS + 1_500);
  await expect.poll(() => sockets.size, { timeout: 20_000 }).toBe(0);
});

test('calls are measured with their outcome', async () => {
  expect(await registry.metrics()).toMatch(
    /object_store_duration_seconds_count\{operation="head",outcome="failed"\} 20[1-9]/,
  );
});
