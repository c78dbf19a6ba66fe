import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Clock, RequestSpec } from '@lab/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLedger, type Ledger } from './ledger.ts';

interface Seen {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let ledger: Ledger;
let run: AbortController;
let seen: Seen[];
let routes: Record<string, RequestListener>;

/** Counts calls: each moment is one later than the one before. */
function countingClock(): Clock {
  let ticks = 0;
  return {
    nowMs: () => {
      ticks += 1;
      return ticks;
    },
    sleep: async () => undefined,
  };
}

beforeEach(async () => {
  seen = [];
  routes = {};
  server = createServer(async (request, response) => {
    seen.push({ method: request.method, headers: request.headers, body: await text(request) });
    routes[request.url ?? '']?.(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  run = new AbortController();
  ledger = createLedger({
    clock: countingClock(),
    signal: run.signal,
    urlOf: (replica) => (replica === 'api-1' ? `http://127.0.0.1:${port}` : ''),
  });
});

// The server closes only when every connection is gone, so this also says that the ledger leaves none behind.
afterEach(async () => {
  await ledger[Symbol.asyncDispose]();
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
});

function get(path: string, change: Partial<RequestSpec> = {}): RequestSpec {
  return {
    replica: 'api-1',
    client: 'reader-1',
    kind: 'read',
    view: 'detail',
    key: 'book-1',
    method: 'GET',
    path,
    read: (body) => (body as { price?: number } | null)?.price ?? null,
    ...change,
  };
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(JSON.stringify(body));
  };
}

test('a read is kept with its value, its times and the request id', async () => {
  routes['/book'] = answer(200, { price: 1_299 }, { 'x-request-id': 'r-7' });
  const { operation, body, headers } = await ledger.send(get('/book'), 'late-fill');
  expect(operation).toEqual({
    id: 1,
    experiment: 'late-fill',
    client: 'reader-1',
    kind: 'read',
    view: 'detail',
    replica: 'api-1',
    key: 'book-1',
    value: 1_299,
    startMs: 1,
    endMs: 2,
    outcome: 'ok',
    status: 200,
    requestId: 'r-7',
  });
  expect(body).toEqual({ price: 1_299 });
  expect(headers['x-request-id']).toBe('r-7');
  expect(ledger.history).toEqual([operation]);
});

test('a call outside an experiment names none', async () => {
  routes['/book'] = answer(200, {});
  expect((await ledger.send(get('/book'))).operation).not.toHaveProperty('experiment');
});

test('a write sends JSON and is kept with the value written, whatever the answer', async () => {
  routes['/book'] = answer(503, { code: 'CACHE_UNAVAILABLE' });
  const { operation } = await ledger.send(
    get('/book', {
      kind: 'write',
      method: 'PATCH',
      headers: { authorization: 'Bearer t' },
      body: { priceCents: 900 },
      value: 900,
    }),
  );
  expect(operation).toMatchObject({ value: 900, outcome: 'unknown', status: 503, error: 'CACHE_UNAVAILABLE' });
  expect(seen).toMatchObject([
    {
      method: 'PATCH',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json', 'content-length': '18' },
      body: '{"priceCents":900}',
    },
  ]);
});

test('"not modified" is an answer: the reader says which value it stands for', async () => {
  routes['/book'] = (_request, response) => {
    response.writeHead(304);
    response.end();
  };
  const read: RequestSpec['read'] = (_body, status) => (status === 304 ? 700 : null);
  const { operation } = await ledger.send(get('/book', { read }));
  expect(operation).toMatchObject({ outcome: 'ok', status: 304, value: 700 });
});

test('a refused request has no value, and its problem code', async () => {
  routes['/book'] = answer(404, { code: 'BOOK_NOT_FOUND', price: 5 });
  const { operation } = await ledger.send(get('/book'));
  expect(operation).toMatchObject({ outcome: 'fail', status: 404, value: null, error: 'BOOK_NOT_FOUND' });
});

test.each([
  ['no JSON', '<html>'],
  ['longer than a megabyte', JSON.stringify({ price: 1, filler: 'x'.repeat(1_000_000) })],
])('an answer that is %s holds no value', async (_what, content) => {
  routes['/book'] = (_request, response) => void response.end(content);
  const { operation, body } = await ledger.send(get('/book'));
  expect(operation).toMatchObject({ outcome: 'ok', status: 200, value: null });
  expect(body).toBeNull();
});

test('a connection that is lost before or within the answer leaves it open', async () => {
  routes['/before'] = (request) => void request.socket.destroy();
  routes['/within'] = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{', () => response.destroy());
  };
  for (const path of ['/before', '/within']) {
    const { operation } = await ledger.send(get(path));
    expect(operation).toMatchObject({ outcome: 'unknown', status: 0, value: null, error: 'ECONNRESET' });
  }
});

test('no answer within the limit leaves it open', async () => {
  const { operation } = await ledger.send(get('/silent', { timeoutMs: 30 }));
  expect(operation).toMatchObject({ outcome: 'unknown', status: 0, value: null });
});

test('the end of the run ends a call under way', async () => {
  routes['/silent'] = () => run.abort();
  const { operation } = await ledger.send(get('/silent'));
  expect(operation).toMatchObject({ outcome: 'unknown', status: 0 });
});

test('a port where nobody listens refuses, so nothing was changed', async () => {
  server.close();
  await once(server, 'close');
  const { operation } = await ledger.send(get('/book', { kind: 'write', value: 900 }));
  expect(operation).toMatchObject({ outcome: 'fail', status: 0, value: 900, error: 'ECONNREFUSED' });
});

test('a replica that is not running is not called', async () => {
  const { operation } = await ledger.send(get('/book', { replica: 'api-2' }));
  expect(operation).toMatchObject({ outcome: 'fail', status: 0, error: 'NOT_RUNNING' });
  expect(seen).toEqual([]);
});

test('operations are numbered as they start and kept as they end', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  routes['/slow'] = (_request, response) => void released.then(() => response.end('{}'));
  routes['/quick'] = answer(200, {});
  const slow = ledger.send(get('/slow', { client: 'reader-1' }));
  await ledger.send(get('/quick', { client: 'reader-2' }));
  release();
  await slow;
  expect(ledger.history.map(({ id, client }) => [id, client])).toEqual([
    [2, 'reader-2'],
    [1, 'reader-1'],
  ]);
});
