import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestPurgeTarget, type TestPurgeTarget } from '../cache/testing/test-purge-target.ts';
import { testRedisUrl } from '../testing/test-environment.ts';
import { startTestGate, type TestGate } from '../testing/test-gate.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

const FETCH_MS_MAX = 50;

let target: TestPurgeTarget;
let gate: TestGate;
let service: TestService;
let shop: TestTenant;
let token: string;
let path: string;

beforeAll(async () => {
  target = await startTestPurgeTarget();
  gate = await startTestGate(testRedisUrl());
  service = await startTestService({
    STOREFRONT: 'true',
    REDIS_CACHE_URL: gate.url,
    VARNISH_PURGE_URL: target.url,
    VARNISH_FETCH_MS_MAX: String(FETCH_MS_MAX),
  });
});
beforeEach(async () => {
  target.onPurge = () => true;
  shop = await service.createTenant();
  token = await service.signIn(shop);
  path = `/v2/storefront/${shop.slug}/books/${shop.bookIds[0]}`;
});
afterAll(async () => {
  await service?.[Symbol.asyncDispose]();
  await gate?.[Symbol.asyncDispose]();
  await target?.[Symbol.asyncDispose]();
});

const patch = (body: unknown) => service.request(`/v2/books/${shop.bookIds[0]}`, { method: 'PATCH', token, body });
const keepable = async () => (await service.request(path)).headers.get('cache-control')?.includes('s-maxage=60');
const storedPrice = async () => {
  const [row] = await service.database.query('SELECT price_cents FROM books WHERE id = $1', [shop.bookIds[0]]);
  return row?.price_cents;
};

test('an answer may be kept, under the tag of its book', async () => {
  const { headers } = await service.request(path);
  expect(headers.get('cache-control')).toBe('public, max-age=0, must-revalidate, s-maxage=60');
  expect(headers.get('surrogate-key')).toBe(`${shop.id}:book:${shop.bookIds[0]}`);
});

test('the purge comes before the change, and until the change is answered nothing may be kept', async () => {
  expect(await keepable()).toBe(true);
  const seen: unknown[] = [];
  target.onPurge = async () => {
    seen.push(await storedPrice(), await keepable());
    return true;
  };
  expect((await patch({ priceCents: 5 })).status).toBe(200);
  expect(seen).toEqual([1001, false]);
  expect(target.purges.at(-1)).toBe(`${shop.id}:books ${shop.id}:book:${shop.bookIds[0]}`);
  expect([await storedPrice(), await keepable()]).toEqual([5, true]);
});

test('a change waits until what was on its way can no longer be stored', async () => {
  const startedAtMs = performance.now();
  await patch({ priceCents: 6 });
  expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(FETCH_MS_MAX + 100);
});

test('when the purge fails nothing was changed, the client is told so, and pages are kept again', async () => {
  target.onPurge = () => false;
  const answer = await patch({ priceCents: 5 });
  expect(answer).toMatchObject({ status: 503, json: { code: 'CACHE_UNAVAILABLE' } });
  expect(answer.headers.get('retry-after')).toBe('1');
  expect([await storedPrice(), await keepable()]).toEqual([1001, true]);
});

test('a change of the stock alone needs no purge', async () => {
  target.onPurge = () => false;
  expect((await patch({ stock: 77 })).status).toBe(200);
});

test('while the store is away pages are shown and may not be kept, and a price cannot be changed', async () => {
  await gate.close();
  try {
    expect([(await service.request(path)).status, await keepable()]).toEqual([200, false]);
    expect(await patch({ priceCents: 5 })).toMatchObject({ status: 503, json: { code: 'CACHE_UNAVAILABLE' } });
    expect(await storedPrice()).toBe(1001);
  } finally {
    await gate.open();
  }
  await expect.poll(keepable, { timeout: 20_000 }).toBe(true);
});

test('a refusal and a missing book are never kept', async () => {
  const { headers } = await service.request(path.replace(/[^/]+$/, shop.id));
  expect(headers.get('cache-control')).toBe('no-store');
});
