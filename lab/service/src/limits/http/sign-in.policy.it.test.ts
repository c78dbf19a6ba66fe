import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testRedisUrl } from '../../testing/test-environment.ts';
import { startTestGate } from '../../testing/test-gate.ts';
import { startTestApp, type TestApp } from '../testing/test-app.ts';

const ENVIRONMENT = {
  LOGIN_LIMITS_JSON: JSON.stringify({
    account: [{ limit: 6, windowMs: 60_000, burst: 3 }],
    address: [{ limit: 60, windowMs: 60_000, burst: 8 }],
  }),
  TRUSTED_PROXY_HOPS: '1',
};

const someAddress = () => `198.19.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;

function signIn({ url }: TestApp, { tenant = 'shop', email = '', address = someAddress() }) {
  return fetch(`${url}/v2/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ tenant, email, password: 'guess' }),
  });
}

test('attempts at one account are limited, from however many addresses and however it is written', async () => {
  await using app = await startTestApp(testRedisUrl(), ENVIRONMENT);
  const email = `${randomUUID()}@shop.example`;
  const statuses = [];
  for (const spelling of [email, email.toUpperCase(), email, email, email.toUpperCase()]) {
    statuses.push((await signIn(app, { email: spelling })).status);
  }
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  const refused = await signIn(app, { email });
  expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED', 'violated-policies': ['login-account-1m'] });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(8);
  expect((await signIn(app, { email, tenant: 'another-shop' })).status).toBe(200);
});

test('attempts from one address are limited, at however many accounts', async () => {
  await using app = await startTestApp(testRedisUrl(), ENVIRONMENT);
  const address = someAddress();
  const emails = Array.from({ length: 12 }, () => `${randomUUID()}@shop.example`);
  const statuses = (await Promise.all(emails.map((email) => signIn(app, { email, address })))).map(
    ({ status }) => status,
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(8);
});

test('while the store is away nobody can sign in, and all else goes on', async () => {
  await using gate = await startTestGate(testRedisUrl());
  await using app = await startTestApp(gate.url, ENVIRONMENT);
  const email = `${randomUUID()}@shop.example`;
  // On a busy machine the first answer of the store can take longer than a sign-in waits for it.
  const first = async () => (await signIn(app, { email: randomUUID() })).status;
  await expect.poll(first, { timeout: 20_000 }).toBe(200);
  await gate.close();
  for (let index = 0; index < 5; index += 1) {
    const refused = await signIn(app, { email });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'LIMITS_UNAVAILABLE' });
    const headers = { 'x-test-caller': `${randomUUID()} pro` };
    expect((await fetch(`${app.url}/v2/books/1`, { headers })).status).toBe(200);
  }
  await gate.open();
  await expect.poll(async () => (await signIn(app, { email: randomUUID() })).status, { timeout: 20_000 }).toBe(200);
});

test('what is no sign-in at all is the route’s to refuse', async () => {
  await using app = await startTestApp(testRedisUrl(), ENVIRONMENT);
  const init = { method: 'POST', headers: { 'content-type': 'application/json', 'x-forwarded-for': someAddress() } };
  expect((await fetch(`${app.url}/v2/auth/token`, { ...init, body: '{"tenant":1}' })).status).toBe(200);
});
