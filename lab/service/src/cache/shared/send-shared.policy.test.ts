import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendShared } from './send-shared.ts';

const app = express();
app.disable('etag');
let answer = { body: {} as unknown, mayBeKept: true };
app.get('/', (request, response) => {
  response.setHeader('X-Request-Id', 'of-one-request');
  response.setHeader('RateLimit', '"plan";r=1;t=1');
  response.setHeader('X-RateLimit-Remaining', '1');
  sendShared(request, response, { ...answer, scope: 'tenant', tags: ['books', 'book:1'] });
});
const server = createServer(app);
let url = '';

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function get(given: typeof answer, headers: Record<string, string> = {}) {
  answer = given;
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

test('a shared cache may keep the answer for a minute, a browser asks each time', async () => {
  const { headers } = await get({ body: { price: 1 }, mayBeKept: true });
  expect(headers.get('cache-control')).toBe('public, max-age=0, must-revalidate, s-maxage=60');
  expect(headers.get('surrogate-key')).toBe('tenant:books tenant:book:1');
});

test('nothing decides about the answer but its address, and nothing in it is about one request', async () => {
  const { headers } = await get({ body: { price: 1 }, mayBeKept: true });
  for (const name of ['vary', 'set-cookie', 'x-request-id', 'ratelimit', 'x-ratelimit-remaining']) {
    expect([name, headers.get(name)]).toEqual([name, null]);
  }
});

test('an answer that may not be kept is for its caller alone', async () => {
  const { headers } = await get({ body: { price: 1 }, mayBeKept: false });
  expect(headers.get('cache-control')).toBe('private, no-cache');
  expect(headers.get('surrogate-key')).toBeNull();
  expect(headers.get('x-request-id')).toBe('of-one-request');
});

test('the entity tag is the same for the same bytes, and another for others', async () => {
  const tagOf = async (body: unknown, mayBeKept = true) => (await get({ body, mayBeKept })).headers.get('etag');
  const etag = await tagOf({ price: 1 });
  expect(etag).toMatch(/^"[\w-]{27}"$/);
  expect(await tagOf({ price: 1 }, false)).toBe(etag);
  expect(await tagOf({ price: 2 })).not.toBe(etag);
});

test('who has the answer is told so, with all that a cache needs to go on keeping it', async () => {
  const { headers } = await get({ body: { price: 1 }, mayBeKept: true });
  const etag = headers.get('etag') ?? '';
  for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
    const again = await get({ body: { price: 1 }, mayBeKept: true }, { 'if-none-match': header });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    expect(again.headers.get('cache-control')).toContain('s-maxage=60');
    expect(again.headers.get('surrogate-key')).not.toBeNull();
  }
  const changed = await get({ body: { price: 2 }, mayBeKept: true }, { 'if-none-match': etag });
  expect([changed.status, changed.text]).toEqual([200, '{"price":2}']);
});
