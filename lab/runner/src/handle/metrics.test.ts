import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { readMetrics } from './metrics.ts';

const { signal } = new AbortController();

async function serving(status: number) {
  const server = createServer((request, response) => {
    response.writeHead(status).end(`asked for ${request.url}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const internalUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const replicas = [{ name: 'api-1', internalUrl }] as const;
  return { replicas, [Symbol.dispose]: () => server.close() };
}

test('the page of figures is read at the internal port', async () => {
  using service = await serving(200);
  expect(await readMetrics({ ...service, replica: 'api-1', signal })).toBe('asked for /metrics');
});

test('an error is no page of figures', async () => {
  using service = await serving(500);
  expect(await readMetrics({ ...service, replica: 'api-1', signal })).toBeNull();
});

test('a replica that does not run, or takes no connections, has none', async () => {
  using service = await serving(200);
  expect(await readMetrics({ ...service, replica: 'api-2', signal })).toBeNull();
  const replicas = [{ name: 'api-1', internalUrl: 'http://127.0.0.1:1' }] as const;
  expect(await readMetrics({ replicas, replica: 'api-1', signal })).toBeNull();
});

test('a run that ends is not taken for a silent replica', async () => {
  using service = await serving(200);
  await expect(readMetrics({ ...service, replica: 'api-1', signal: AbortSignal.abort() })).rejects.toThrow();
});
