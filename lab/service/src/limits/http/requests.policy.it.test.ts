import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

const PLANS = {
  free: {
    limits: [
      { limit: 20, windowMs: 20_000, burst: 5 },
      { limit: 1_000, windowMs: 60_000 },
    ],
    classes: { search: { concurrent: 2 } },
  },
  pro: {
    limits: [
      { limit: 200, windowMs: 20_000, burst: 50 },
      { limit: 10_000, windowMs: 60_000 },
    ],
    classes: { search: { concurrent: 20 } },
  },
  tiny: {
    limits: [
      { limit: 2, windowMs: 20_000, burst: 2 },
      { limit: 1_000, windowMs: 60_000 },
    ],
    classes: { search: { concurrent: 2 } },
  },
};
const ENVIRONMENT = {
  PLANS_JSON: JSON.stringify(PLANS),
  ADDRESS_LIMITS_JSON: '[{"limit":10,"windowMs":86400000,"burst":4}]',
  TRUSTED_PROXY_HOPS: '1',
};

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp(testRedisUrl(), ENVIRONMENT);
});
afterAll(() => app?.[Symbol.asyncDispose]());

/** A caller of its own for each test: tenants and addresses share nothing. */
function someCaller(plan = 'free') {
  const headers = { 'x-test-caller': `${randomUUID()} ${plan}` };
  const get = (path = '/v2/books/1', init: RequestInit = {}) =>
    fetch(app.url + path, { ...init, headers: { ...headers, ...init.headers } });
  return { get, headers };
}
const someAddress = () => `198.18.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;

test('accepted requests are told their limits in both families of headers', async () => {
  const response = await someCaller().get();
  expect(response.status).toBe(200);
  expect(response.headers.get('ratelimit-policy')).toBe(
    '"plan-20s";q=20;w=20;shelfwise-burst=5, "plan-1m";q=1000;w=60',
  );
  expect(response.headers.get('ratelimit')).toMatch(/^"plan-20s";r=4;t=1, "plan-1m";r=999;t=6\d$/);
  expect(response.headers.get('x-ratelimit-limit')).toBe('20');
  expect(response.headers.get('x-ratelimit-remaining')).toBe('4');
  expect(response.headers.get('x-ratelimit-reset')).toBe('1');
  expect(response.headers.get('retry-after')).toBeNull();
});

test('a refusal is a problem document that names the policy; who waits as told is accepted', async () => {
  const { get } = someCaller();
  const responses = await Promise.all(Array.from({ length: 12 }, () => get()));
  const [refused] = responses.filter(({ status }) => status === 429);
  expect(responses.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(7);
  expect(refused?.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(refused?.headers.get('ratelimit')).toBe('"plan-20s";r=0;t=1');
  expect(refused?.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(refused?.headers.get('x-ratelimit-reset')).toBe('1');
  const retryAfter = refused?.headers.get('retry-after');
  expect(retryAfter).toBe('1');
  expect(await refused?.json()).toEqual({
    type: 'urn:shelfwise:problem:rate-limited',
    title: 'Too many requests',
    status: 429,
    code: 'RATE_LIMITED',
    detail: 'The limit plan-20s of 20 requests in 20 s is used up. Try again in 1 s.',
    requestId: expect.any(String),
    'violated-policies': ['plan-20s'],
  });
  await sleep(Number(retryAfter) * 1_000);
  expect((await get()).status).toBe(200);
});

test('a refused request is neither read nor handled', async () => {
  const { get } = someCaller('tiny');
  await Promise.all(Array.from({ length: 5 }, () => get()));
  const before = app.handled.length;
  const init = { method: 'POST', body: '{"not json', headers: { 'content-type': 'application/json' } };
  expect((await get('/v2/orders', init)).status).toBe(429);
  expect(app.handled).toHaveLength(before);
});

test('all classes of routes count for the plan of the tenant, also routes that do not exist', async () => {
  const { get } = someCaller();
  const paths = ['/v2/books', '/v2/books/1', '/v2/nothing', '/V2/Books/', '/v2//books'];
  const responses = await Promise.all([...paths, ...paths, ...paths].map((path) => get(path)));
  expect(responses.filter(({ status }) => status !== 429).length).toBeLessThanOrEqual(8);
});

test('searches of a tenant that are under way are limited, however their path is written', async () => {
  const { get } = someCaller();
  const { get: getAsAnother } = someCaller();
  const abort = new AbortController();
  const handled = app.handled.length;
  const held = [get('/v2/books?hold', { signal: abort.signal }), get('/V2/Books/?hold')];
  await expect.poll(() => app.handled.length, { timeout: 20_000 }).toBe(handled + 2);
  const refused = await get('/v2/BOOKS');
  expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', 'violated-policies': ['search-concurrency'] });
  expect(refused.headers.get('ratelimit')).toBe('"search-concurrency";r=0;t=1');
  expect(refused.headers.get('retry-after')).toBe('1');
  // Neither other routes nor other tenants.
  expect((await get('/v2/books/1')).status).toBe(200);
  expect((await getAsAnother('/v2/books')).status).toBe(200);
  // The slot of a client that has gone is free at once.
  abort.abort();
  await held[0]?.catch(() => {});
  await expect.poll(async () => (await get('/v2/books')).status, { timeout: 20_000, interval: 120 }).toBe(200);
  app.release();
  expect((await held[1])?.status).toBe(200);
});

test('without a caller the address counts, and nothing that the client writes changes it', async () => {
  const address = someAddress();
  const statuses = [];
  for (let index = 0; index < 12; index += 1) {
    const headers = { 'x-forwarded-for': `10.1.1.${index}, ${address}`, 'x-test-caller': '' };
    statuses.push((await fetch(`${app.url}/v2/books/1`, { headers })).status);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(4);
  const another = await fetch(`${app.url}/v2/books/1`, { headers: { 'x-forwarded-for': someAddress() } });
  expect(another.status).toBe(200);
});

test('addresses of one IPv6 network share their limit', async () => {
  const network = `2001:db8:${Math.floor(Math.random() * 65_535).toString(16)}:4400`;
  const statuses = [];
  for (let index = 1; index <= 12; index += 1) {
    const headers = { 'x-forwarded-for': `${network}::${index.toString(16)}` };
    statuses.push((await fetch(`${app.url}/v2/books/1`, { headers })).status);
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(4);
});

test('a change of plan holds at once on this replica and soon on the others, and gives no second quota', async () => {
  // Nothing comes back during the test, so that each count is exact.
  const windowMs = 86_400_000;
  const plans = {
    free: { limits: [{ limit: 20, windowMs, burst: 5 }] },
    pro: { limits: [{ limit: 200, windowMs, burst: 50 }] },
  };
  const environment = { ...ENVIRONMENT, PLANS_JSON: JSON.stringify(plans) };
  await using one = await startTestApp(testRedisUrl(), environment);
  await using other = await startTestApp(testRedisUrl(), environment);
  const { headers } = someCaller();
  const accepted = async (url: string, times: number) => {
    const responses = await Promise.all(Array.from({ length: times }, () => fetch(`${url}/v2/books/1`, { headers })));
    return responses.filter(({ status }) => status === 200).length;
  };
  expect(await accepted(one.url, 20)).toBe(5);
  const [tenantId = ''] = headers['x-test-caller'].split(' ');
  await one.limits.planChanges.announce(tenantId, 'pro');
  // A burst of 50, less the 5 that are spent.
  expect(await accepted(one.url, 100)).toBe(45);
  const policyAt = async (url: string) =>
    (await fetch(`${url}/v2/books/1`, { headers })).headers.get('ratelimit-policy');
  await expect.poll(() => policyAt(other.url), { timeout: 20_000, interval: 500 }).toContain('q=200;w=86400');
});
