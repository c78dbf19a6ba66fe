import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { json, startTestControlServer, type TestControlServer } from '../testing/test-control-server.ts';

const header = "default-src 'self'; script-src 'self' 'sha256-abc='; frame-ancestors 'none'";
let dir: string;
let server: TestControlServer;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lab-site-'));
  const dist = join(dir, 'dist');
  await mkdir(join(dist, '_astro'), { recursive: true });
  await mkdir(join(dist, 'console'));
  await writeFile(join(dir, 'secret.txt'), 'a secret');
  await writeFile(join(dist, 'index.html'), '<p>home');
  await writeFile(join(dist, '404.html'), '<p>no page');
  await writeFile(join(dist, 'console', 'index.html'), '<p>console');
  await writeFile(join(dist, '_astro', 'x.abc123.js'), 'let x;');
  await symlink(join(dir, 'secret.txt'), join(dist, 'link.txt'));
  await writeFile(join(dist, 'site-policy.json'), JSON.stringify({ header }));
  server = await startTestControlServer({ site: dist });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(dir, { recursive: true, force: true });
});

const noToken = { authorization: '' };
const get = (path: string, headers: Record<string, string> = {}) =>
  server.send({ path, headers: { ...noToken, ...headers } });

test('pages are sent to whoever is here, with the policy of the build', async () => {
  const answer = await get('/console/');
  expect(answer).toMatchObject({ status: 200, body: '<p>console' });
  expect(answer.headers).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': header,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
  });
  expect((await get('/_astro/x.abc123.js')).headers['cache-control']).toContain('immutable');
});

test('what is not there is answered with the page for that', async () => {
  expect(await get('/nothing')).toMatchObject({ status: 404, body: '<p>no page' });
  expect((await get('/console')).headers.location).toBe('/console/');
});

test('pages are compressed where the browser takes it', async () => {
  expect((await get('/', { 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip');
});

describe('an attack', () => {
  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/console/../../secret.txt',
    '/..%2fsecret.txt',
    '/link.txt',
    '/site-policy.json',
  ])('by the address %s gets no file', async (path) => {
    const text = await new Promise<string>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: close\r\n\r\n`);
      });
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString('utf8');
      });
      socket.once('close', () => resolve(received));
    });
    expect(text).toMatch(/^HTTP\/1\.1 404/);
    expect(text).not.toContain('a secret');
    expect(text).not.toContain('sha256-abc="');
  });

  test('by a name that resolves to this machine gets no page', async () => {
    expect((await get('/', { host: `evil.example:${server.port}` })).status).toBe(403);
  });

  test.each([
    ['a script', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }],
    ['a frame', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['a picture', { 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
  ])('by %s of another site is refused', async (_what, headers) => {
    expect((await get('/', { ...headers, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test('a link on another site opens a page, never the API', async () => {
    const visit = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await get('/console/', visit)).status).toBe(200);
    expect((await server.send({ path: '/api/status', headers: visit })).status).toBe(403);
    expect((await server.send({ method: 'POST', path: '/console/', headers: visit })).status).toBe(403);
  });

  test('that writes to a page is refused', async () => {
    expect((await server.send({ method: 'POST', path: '/console/' })).status).toBe(405);
  });
});

const readPaths = [
  '/api/runs',
  '/api/runs/20260101-000001-0000',
  '/api/doctor',
  '/api/diff/stale-tea',
  '/api/files/stale-tea',
];

describe('records', () => {
  test('are answered to whoever has the token', async () => {
    const answers = await Promise.all(readPaths.map((path) => server.send({ path })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    await server.send({ path: '/api/runs/20260101-000001-0000/broken-1' });
    expect(server.calls).toContain('run 20260101-000001-0000 broken-1');
  });

  test.each(readPaths)(
    '%s is answered to nobody without the token, to no other site, and to no other method',
    async (path) => {
      const attempts = [
        server.send({ path, headers: noToken }),
        server.send({ path, headers: { origin: 'http://evil.example' } }),
        server.send({ path, headers: { 'sec-fetch-site': 'cross-site' } }),
        server.send({ path, method: 'POST' }),
      ];
      expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([401, 403, 403, 405]);
      expect(server.calls).toEqual([]);
    },
  );

  test.each([
    '/api/runs/..%2f..%2fetc',
    '/api/runs/20260101-000001-0000/../x',
    '/api/runs/20260101-000001-0000/a/b',
    '/api/diff/..',
    '/api/diff/a;id',
    '/api/files/..',
    '/api/files/a%2fb',
    '/api/open/x',
    '/api/runs/latest',
  ])('%s names nothing, and reaches no handler', async (path) => {
    expect((await server.send({ path })).status).toBe(404);
    expect(server.calls).toEqual([]);
  });

  test('a file is opened by whoever has the token, and by nobody else', async () => {
    const order = { method: 'POST', path: '/api/open', body: '{"id":"x"}' };
    expect((await server.send({ ...order, headers: json })).status).toBe(200);
    expect(server.calls).toEqual(['open {"id":"x"}']);
    const attempts = [
      noToken,
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      { 'content-type': 'text/plain' },
    ];
    const answers = await Promise.all(
      attempts.map((headers) => server.send({ ...order, headers: { ...json, ...headers } })),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 403, 403, 403, 415]);
    expect((await server.send({ path: '/api/open' })).status).toBe(405);
    expect((await server.send({ ...order, headers: json, body: 'id=x' })).status).toBe(400);
    expect(server.calls).toHaveLength(1);
  });

  test('a parameter is refused', async () => {
    expect((await server.send({ path: '/api/runs?dir=/etc' })).status).toBe(400);
  });
});

test('without a build the API is there, and the page says what to do', async () => {
  await using bare = await startTestControlServer({ site: join(dir, 'none') });
  expect((await bare.send({})).status).toBe(200);
  expect(await bare.send({ path: '/' })).toMatchObject({
    status: 404,
    body: expect.stringContaining('npm run build:site'),
  });
});
