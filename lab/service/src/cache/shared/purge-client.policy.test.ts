import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { CallError } from '../../platform/call-error.ts';
import { createSharedCache } from './purge-client.ts';

async function startCache(answer: RequestListener, timeoutMs = 20_000) {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const steps: string[] = [];
  const shared = createSharedCache({
    purgeUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    timeoutMs,
    fetchMsMax: 250,
    onPurge: (outcome) => steps.push(outcome),
    sleep: async (ms) => steps.push(`waited ${ms} ms`),
  });
  return {
    shared,
    steps,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('a purge names the tags of its tenant, after what was on its way has arrived', async () => {
  const asked: unknown[] = [];
  await using cache = await startCache((request, response) => {
    asked.push(request.method, request.headers['surrogate-key'], [...cache.steps]);
    response.setHeader('Purged', '0').end();
  });
  await cache.shared.clear('tenant', ['books', 'book:1']);
  expect(asked).toEqual(['PURGE', 'tenant:books tenant:book:1', ['waited 350 ms']]);
  expect(cache.steps).toEqual(['waited 350 ms', 'done']);
});

test.each([
  ['forbids it', 403, { Purged: '0' }],
  ['does not count what it purged', 200, {}],
  ['counts in words', 200, { Purged: 'many' }],
])('a cache that %s has not been cleared', async (_name, status, headers) => {
  await using cache = await startCache((_request, response) => void response.writeHead(status, headers).end());
  await expect(cache.shared.clear('tenant', ['books'])).rejects.toThrow(CallError);
  expect(cache.steps.at(-1)).toBe('failed');
});

test('a cache that says nothing is waited for no longer than the limit', async () => {
  await using cache = await startCache(() => {}, 100);
  await expect(cache.shared.clear('tenant', ['books'])).rejects.toThrow('did not answer');
});
