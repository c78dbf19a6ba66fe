import { connect, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startControlServer } from './control-server.ts';
import { createToken } from './session-file.ts';
import {
  json,
  type Sent,
  startTestControlServer,
  type TestControlServer,
  writingHandlers,
} from './testing/test-control-server.ts';

// Who may ask, and how. What there is to ask for is in control-routes.it.test.ts.

let server: TestControlServer;

beforeEach(async () => {
  server = await startTestControlServer();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
});

const send = (sent: Sent) => server.send(sent);

test('a client with the token is answered', async () => {
  const answer = await send({});
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body)).toEqual({ phase: 'load' });
});

describe('an attack from a page', () => {
  test('under a name that resolves to this machine is refused before routing', async () => {
    for (const path of ['/api/status', '/nothing']) {
      const answer = await send({ path, headers: { host: `evil.example:${server.port}` } });
      expect(answer.status).toBe(403);
      expect(answer.body).not.toContain('load');
    }
  });

  test.each(['127.0.0.1', '127.0.0.1:1', 'localhost.evil.example', '[::1]', '127.0.0.1@evil.example'])(
    'with the Host %s is refused',
    async (host) => {
      expect((await send({ headers: { host } })).status).toBe(403);
    },
  );

  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST'])('the own name %s is accepted', async (name) => {
    expect((await send({ headers: { host: `${name}:${server.port}` } })).status).toBe(200);
  });

  test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1'])(
    'of the origin %s is refused, also with the token',
    async (origin) => {
      expect((await send({ headers: { origin } })).status).toBe(403);
      expect((await send({ method: 'POST', path: '/api/stop', headers: { origin } })).status).toBe(403);
      expect((await send({ path: '/api/events', headers: { origin } })).status).toBe(403);
      expect(server.calls).toEqual([]);
    },
  );

  test('of another of our names is refused: it is another origin', async () => {
    const origin = `http://localhost:${server.port}`;
    expect((await send({ headers: { origin, host: `127.0.0.1:${server.port}` } })).status).toBe(403);
    expect((await send({ headers: { origin, host: `localhost:${server.port}` } })).status).toBe(200);
  });

  test.each(['cross-site', 'same-site'])('marked %s by the browser is refused', async (site) => {
    expect((await send({ headers: { 'sec-fetch-site': site } })).status).toBe(403);
  });

  test('asking leave first gets none: there are no CORS headers', async () => {
    const answer = await send({
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('a form cannot command: its content type is refused', async () => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await send({ method: 'POST', path: '/api/load', headers, body: '{"action":"pause","pid":1}' });
    expect(answer.status).toBe(415);
    expect(server.calls).toEqual([]);
  });
});

describe('an attack from another program', () => {
  test.each<[string, (token: string) => string]>([
    ['no token', () => ''],
    ['a wrong token', () => `Bearer ${createToken()}`],
    ['a beginning of the token', (token) => `Bearer ${token.slice(0, -1)}`],
    ['a longer token', (token) => `Bearer ${token}x`],
    ['the token in another scheme', (token) => `Basic ${token}`],
  ])('with %s is refused', async (_what, given) => {
    const authorization = given(server.token);
    expect((await send({ headers: { authorization } })).status).toBe(401);
    expect((await send({ method: 'POST', path: '/api/stop', headers: { authorization } })).status).toBe(401);
    expect(server.calls).toEqual([]);
  });

  test('with the token in the address is refused', async () => {
    expect((await send({ path: `/api/status?token=${server.token}`, headers: { authorization: '' } })).status).toBe(
      401,
    );
  });

  test('the token is longer than 24 bytes and never the same', () => {
    const token = createToken();
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(24);
    expect(createToken()).not.toBe(token);
  });

  test('the refusal does not name the token', async () => {
    expect((await send({ headers: { authorization: '' } })).body).not.toContain(server.token);
  });

  test('a body beyond the limit is refused, and the connection ends', async () => {
    const answer = await send({
      method: 'POST',
      path: '/api/load',
      headers: json,
      body: `{"x":"${'a'.repeat(10_000)}"}`,
    });
    expect(answer.status).toBe(413);
    expect(server.calls).toEqual([]);
  });

  test.each([
    '{',
    '[]',
    'null',
    '{"action":"halt","pid":1}',
    '{"action":"pause","pid":"1"}',
    '{"action":"pause","pid":-1}',
  ])('the body %s is refused', async (body) => {
    expect((await send({ method: 'POST', path: '/api/load', headers: json, body })).status).toBe(400);
    expect(server.calls).toEqual([]);
  });

  test('an absolute request target is refused', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(
          `GET http://127.0.0.1:${server.port}/api/status HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n\r\n`,
        );
      });
      socket.once('data', (chunk) => resolve(chunk.toString('utf8')));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });

  test('only reading is done by GET', async () => {
    expect((await send({ path: '/api/stop' })).status).toBe(405);
    expect((await send({ method: 'POST', path: '/api/status' })).status).toBe(405);
    expect(server.calls).toEqual([]);
  });

  test('from outside this machine cannot connect', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.family === 'IPv4' && !address.internal)?.address;
    const refused = new Promise((resolve) => {
      const socket = connect({ port: server.port, host: outside ?? '127.0.0.2' });
      socket.once('connect', () => resolve('connected'));
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(await refused).toBe('ECONNREFUSED');
  });
});

test('every answer forbids sniffing, framing, caching and embedding', async () => {
  const { headers } = await send({ path: '/nothing' });
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
  });
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
});

test('a port that is taken is passed over', async () => {
  const taken = createServer();
  const first = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
  });
  await using second = await startControlServer({
    port: first,
    token: createToken(),
    events: () => null,
    handlers: writingHandlers([]),
  });
  expect(second.port).toBeGreaterThan(first);
  taken.close();
});
