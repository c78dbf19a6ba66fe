import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { requestContext } from '../platform/request-context.ts';
import { createLoadShedder } from './load-shedder.ts';

/** Routes that answer when they are told to, behind a shedder with room for four. */
async function startApp() {
  const registry = new Registry();
  const gate = new EventEmitter();
  const arrived: string[] = [];
  const app = express().use(requestContext(), createLoadShedder({ inFlightMax: 4, registry, random: () => 0.5 }));
  app.use((request, response) => {
    arrived.push(`${request.method} ${request.path}`);
    gate.once('open', () => response.json({}));
  });
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    arrived,
    metrics: () => registry.metrics(),
    ask: (method: string, path: string, signal = AbortSignal.timeout(5_000)) =>
      fetch(`http://127.0.0.1:${port}${path}`, { method, signal }),
    answerAll: () => gate.emit('open'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

test('the less important are refused first, critical ones last, and room that is left is used again', async () => {
  await using app = await startApp();
  const { ask, arrived } = app;
  const first = ask('GET', '/v2/books/1');
  await expect.poll(() => arrived).toHaveLength(1);
  const second = ask('GET', '/v2/books/2');
  await expect.poll(() => arrived).toHaveLength(2);

  const search = await ask('GET', '/v2/books/');
  expect(search.status).toBe(503);
  expect(search.headers.get('retry-after')).toBe('2');
  expect(await search.json()).toMatchObject({ code: 'OVERLOADED' });
  expect((await ask('GET', '/v2/books/3')).status).toBe(503);

  const orders = [ask('POST', '/v2/orders'), ask('POST', '/v2/orders')];
  await expect.poll(() => arrived).toHaveLength(4);
  expect((await ask('POST', '/v2/orders')).status).toBe(503);
  const text = await app.metrics();
  expect(text).toContain('http_requests_in_flight 4');
  expect(text).toContain('http_requests_shed_total{importance="optional"} 1');

  app.answerAll();
  for (const answer of await Promise.all([first, second, ...orders])) expect(answer.status).toBe(200);
  await expect.poll(app.metrics).toContain('http_requests_in_flight 0');
});

test('a client that goes away leaves its room', async () => {
  await using app = await startApp();
  const leaving = new AbortController();
  const asked = app.ask('POST', '/v2/orders', leaving.signal);
  await expect.poll(() => app.arrived).toHaveLength(1);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  await expect.poll(app.metrics).toContain('http_requests_in_flight 0');
});
