import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ControlServer, startControlServer } from './control-server.ts';
import { type EventLog, openEventLog } from './event-log.ts';
import { createToken } from './session-file.ts';

const token = createToken();
let server: ControlServer;
let events: EventLog;
let dir: string;
let calls: string[];
/** What the handler of faults throws. */
let refusal: Error | null;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lab-console-'));
  events = openEventLog({ file: join(dir, 'events.ndjson'), run: 'run-1', startedWallMs: Date.now() });
  calls = [];
  refusal = null;
  server = await startControlServer({
    port: 0,
    token,
    events: () => events,
    handlers: {
      status: () => ({ phase: 'load' }),
      stop: () => calls.push('stop'),
      load: async (action, { pid }) => {
        calls.push(`${action} ${pid}`);
        return { load: action };
      },
      faults: () => ({ faults: [] }),
      changeFaults: async (change) => {
        calls.push(JSON.stringify(change));
        if (refusal !== null) throw refusal;
        return { isOn: true };
      },
    },
  });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  events[Symbol.dispose]();
  await rm(dir, { recursive: true, force: true });
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
}

function send({ method = 'GET', path = '/api/status', headers = {}, body }: Sent) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: server.port,
        method,
        path,
        headers: { authorization: `Bearer ${token}`, ...headers },
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = { 'content-type': 'application/json' };

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
      expect(calls).toEqual([]);
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
    expect(calls).toEqual([]);
  });
});

describe('an attack from another program', () => {
  test.each([
    ['no token', ''],
    ['a wrong token', `Bearer ${createToken()}`],
    ['a beginning of the token', `Bearer ${token.slice(0, -1)}`],
    ['a longer token', `Bearer ${token}x`],
    ['the token in another scheme', `Basic ${token}`],
  ])('with %s is refused', async (_what, authorization) => {
    expect((await send({ headers: { authorization } })).status).toBe(401);
    expect((await send({ method: 'POST', path: '/api/stop', headers: { authorization } })).status).toBe(401);
    expect(calls).toEqual([]);
  });

  test('with the token in the address is refused', async () => {
    expect((await send({ path: `/api/status?token=${token}`, headers: { authorization: '' } })).status).toBe(401);
  });

  test('the token is longer than 24 bytes and never the same', () => {
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(24);
    expect(createToken()).not.toBe(token);
  });

  test('the refusal does not name the token', async () => {
    expect((await send({ headers: { authorization: '' } })).body).not.toContain(token);
  });

  test('a body beyond the limit is refused, and the connection ends', async () => {
    const answer = await send({
      method: 'POST',
      path: '/api/load',
      headers: json,
      body: `{"x":"${'a'.repeat(10_000)}"}`,
    });
    expect(answer.status).toBe(413);
    expect(calls).toEqual([]);
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
    expect(calls).toEqual([]);
  });

  test('an absolute request target is refused', async () => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(
          `GET http://127.0.0.1:${server.port}/api/status HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
        );
      });
      socket.once('data', (chunk) => resolve(chunk.toString('utf8')));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });

  test('only reading is done by GET', async () => {
    expect((await send({ path: '/api/stop' })).status).toBe(405);
    expect((await send({ method: 'POST', path: '/api/status' })).status).toBe(405);
    expect(calls).toEqual([]);
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

test('a command reaches its handler', async () => {
  const body = JSON.stringify({ action: 'pause', pid: 12 });
  expect((await send({ method: 'POST', path: '/api/load', headers: json, body })).status).toBe(200);
  expect((await send({ method: 'POST', path: '/api/stop' })).status).toBe(202);
  await expect.poll(() => calls).toEqual(['pause 12', 'stop']);
});

test('a port that is taken is passed over', async () => {
  const taken = createServer();
  const first = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
  });
  await using second = await startControlServer({
    port: first,
    token,
    events: () => null,
    handlers: {
      status: () => ({}),
      stop: () => undefined,
      load: async () => ({}),
      faults: () => ({}),
      changeFaults: async () => ({}),
    },
  });
  expect(second.port).toBeGreaterThan(first);
  taken.close();
});

describe('faults', () => {
  const path = '/api/faults';
  const change = (body: string) => send({ method: 'POST', path, headers: json, body });

  test('are listed, and changed by what was sent', async () => {
    expect((await send({ path })).body).toBe('{"faults":[]}\n');
    expect((await change('{"action":"off"}')).body).toBe('{"isOn":true}\n');
    expect(calls).toEqual(['{"action":"off"}']);
  });

  test.each([
    ['UsageError', 400],
    ['LabError', 409],
    ['EnvironmentError', 409],
  ])('that end in a %s are answered %i, with its code and hint', async (family, status) => {
    refusal = Object.assign(new Error('No such fault.'), { name: family, code: 'E_FAULT', hint: 'npx lab fault list' });
    const answer = await change('{}');
    expect(answer.status).toBe(status);
    const error = { family, code: 'E_FAULT', message: 'No such fault.', hint: 'npx lab fault list' };
    expect(JSON.parse(answer.body)).toEqual({ error });
  });

  test('that meet a bug of the lab are answered 500', async () => {
    refusal = new TypeError('x is not a function');
    expect((await change('{}')).status).toBe(500);
  });

  test.each(['', '{', 'on'])('are not changed by the body %j', async (body) => {
    expect((await change(body)).status).toBe(400);
    expect(calls).toEqual([]);
  });

  test('are changed by nobody without the token, from another site, or by a form', async () => {
    const body = '{"action":"off"}';
    const attempts = [
      { authorization: '' },
      { origin: 'http://evil.example' },
      { host: `evil.example:${server.port}` },
      { 'content-type': 'text/plain' },
    ];
    const answers = await Promise.all(
      attempts.map((headers) => send({ method: 'POST', path, headers: { ...json, ...headers }, body })),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 403, 415]);
    expect((await send({ method: 'DELETE', path })).status).toBe(405);
    expect(calls).toEqual([]);
  });
});

describe('the event stream', () => {
  async function read(count: number, lastEventId?: string): Promise<string[]> {
    const response = await fetch(`http://127.0.0.1:${server.port}/api/events`, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    const ids: string[] = [];
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      ids.splice(0, ids.length, ...[...text.matchAll(/^id: (.+)$/gm)].map((match) => match[1] ?? ''));
      if (ids.length >= count) break;
    }
    return ids;
  }

  test('begins with all that has happened, then goes on, without a gap or a repeat', async () => {
    events.append('phase', { name: 'practice', state: 'load' });
    const reading = read(3);
    await expect.poll(() => events.append('change', { name: 'x' }).seq).toBeGreaterThan(2);
    expect(await reading).toEqual(['run-1:1', 'run-1:2', 'run-1:3']);
  });

  test('goes on after the last event that was seen', async () => {
    for (const name of ['a', 'b', 'c']) events.append('log', { name });
    expect(await read(1, 'run-1:2')).toEqual(['run-1:3']);
  });

  test('begins anew for a client that saw another run', async () => {
    events.append('log', { name: 'a' });
    expect(await read(1, 'run-0:9')).toEqual(['run-1:1']);
  });

  test('is what the file holds', async () => {
    const event = events.append('log', { text: 'a\nb' });
    expect(JSON.parse(await readFile(join(dir, 'events.ndjson'), 'utf8'))).toEqual(event);
  });

  test('a long text is cut', () => {
    expect(String(events.append('log', { text: 'x'.repeat(10_000) })['text']).length).toBeLessThan(2_100);
  });

  test('ends with the server', async () => {
    const reading = read(99).catch(() => 'cut');
    events.append('log', {});
    await server[Symbol.asyncDispose]();
    expect(await reading).toBe('cut');
  });
});
