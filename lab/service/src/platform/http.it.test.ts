import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withClient } from '../testing/test-database.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

let service: TestService;
let tenant: TestTenant;
let token: string;

beforeAll(async () => {
  service = await startTestService();
  tenant = await service.createTenant();
  token = await service.signIn(tenant);
});
afterAll(() => service?.[Symbol.asyncDispose]());

test('errors are problem documents with a stable code and the id of the request', async () => {
  const { status, headers, json } = await service.request('/v2/nothing', { headers: { 'x-request-id': 'abc-123' } });
  expect(status).toBe(404);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(headers.get('x-request-id')).toBe('abc-123');
  expect(json).toEqual({
    type: 'urn:shelfwise:problem:not-found',
    title: 'There is nothing here',
    status: 404,
    code: 'NOT_FOUND',
    detail: 'There is no such route.',
    requestId: 'abc-123',
  });
});

test('a request id that is not harmless is replaced', async () => {
  const { headers } = await service.request('/v2/nothing', { headers: { 'x-request-id': 'a b"c' } });
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test.each([
  ['is not JSON', '{"tenant":', 'application/json', 400, 'MALFORMED_JSON'],
  ['is too large', `"${'x'.repeat(110_000)}"`, 'application/json', 413, 'PAYLOAD_TOO_LARGE'],
  ['is in an unknown character set', '{}', 'application/json; charset=klingon', 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ['is no JSON by its type', '{}', 'text/plain', 400, 'INVALID_REQUEST'],
])('a body that %s is refused', async (_name, body, contentType, status, code) => {
  const headers = { 'content-type': contentType };
  const answer = await service.request('/v2/auth/token', { method: 'POST', body, headers });
  expect(answer).toMatchObject({ status, json: { code } });
});

test('a malformed path is refused', async () => {
  const answer = await service.request('/v2/books/%E0%A4%A', { token });
  expect(answer).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
});

test('answers carry the headers that keep browsers careful, and do not name the framework', async () => {
  const { headers } = await service.request('/v2/books', { token });
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-powered-by')).toBeNull();
});

test('a request is logged with its route and tenant, but without its query string', async () => {
  await service.request('/v2/books?q=secret-wish', { token, headers: { 'x-request-id': 'logged-1' } });
  await expect
    .poll(() => service.logs.find(({ fields }) => fields.requestId === 'logged-1'))
    .toMatchObject({
      level: 'info',
      fields: { tenant: tenant.id, method: 'GET', route: '/v2/books', path: '/v2/books', status: 200, queries: 1 },
    });
  expect(JSON.stringify(service.logs)).not.toContain('secret-wish');
});

test('a request is logged with its duration', async () => {
  const durationOf = async (requestId: string) => {
    const line = () =>
      service.logs.find(({ fields, message }) => fields.requestId === requestId && message === 'request');
    await expect.poll(line).toBeDefined();
    return line()?.fields.durationMs as number;
  };
  await withClient(service.database.ownerUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE books IN ACCESS EXCLUSIVE MODE');
    const asked = service.request('/v2/books', { token, headers: { 'x-request-id': 'held-up' } });
    const waiting = () => service.database.query('SELECT 1 FROM pg_locks WHERE NOT granted');
    await expect.poll(waiting, { interval: 10 }).not.toEqual([]);
    await sleep(500);
    await holder.query('ROLLBACK');
    await asked;
  });
  const startedAtMs = performance.now();
  await service.request('/v2/books', { token, headers: { 'x-request-id': 'not-held-up' } });
  const elapsedMs = performance.now() - startedAtMs;
  expect(await durationOf('held-up')).toBeGreaterThanOrEqual(500);
  expect(await durationOf('not-held-up')).toBeGreaterThan(0);
  expect(await durationOf('not-held-up')).toBeLessThan(elapsedMs + 1);
});

test('probes answer on both ports, metrics on the internal port only', async () => {
  for (const probe of ['/livez', '/readyz', '/startupz']) {
    expect((await service.request(probe)).status).toBe(200);
    expect((await fetch(service.internalUrl + probe)).status).toBe(200);
  }
  expect((await service.request('/metrics')).status).toBe(404);
  expect((await fetch(`${service.internalUrl}/metrics`)).status).toBe(200);
});

test('metrics count requests by route template, never by path', async () => {
  await service.request(`/v2/books/${tenant.bookIds[0]}`, { token });
  const metrics = async () => await (await fetch(`${service.internalUrl}/metrics`)).text();
  await expect
    .poll(metrics)
    .toMatch(/http_request_duration_seconds_count\{method="GET",route="\/v2\/books\/:id",status="200"\} \d/);
  const text = await metrics();
  expect(text).toMatch(/db_pool_connections\{state="total"\} \d/);
  expect(text).toMatch(/http_request_queries_count\{route="\/v2\/books\/:id"\} \d/);
  expect(text).not.toContain(tenant.bookIds[0]);
});
