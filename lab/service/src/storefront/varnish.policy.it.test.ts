import { once } from 'node:events';
import { createServer, request as httpRequest, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { testVarnish } from '../testing/test-environment.ts';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

let varnish: Awaited<ReturnType<typeof testVarnish>>;
let service: TestService;
let origin: Server;
let shop: TestTenant;
let token: string;
let path: string;
/** Requests that came through the cache. */
let reached: string[] = [];
/** Holds answers back between the service and the cache. */
let hold: Promise<void> = Promise.resolve();

beforeAll(async () => {
  varnish = await testVarnish();
  service = await startTestService({ STOREFRONT: 'true', VARNISH_PURGE_URL: varnish.url });
  origin = createServer(async ({ method = 'GET', url = '/', headers }, response) => {
    reached.push(`${method} ${url}`);
    const inner = httpRequest(new URL(url, service.url), { method, headers }, (answer) => void pass(answer));
    inner.on('error', () => response.destroy()).end();
    const pass = async (answer: Parameters<NonNullable<Parameters<typeof httpRequest>[2]>>[0]) => {
      const chunks = await answer.toArray();
      await hold;
      (response as ServerResponse).writeHead(answer.statusCode ?? 500, answer.headers).end(Buffer.concat(chunks));
    };
  });
  await once(origin.listen(varnish.originPort, '127.0.0.1'), 'listening');
});
beforeEach(async () => {
  shop = await service.createTenant();
  token = await service.signIn(shop);
  path = `/v2/storefront/${shop.slug}/books/${shop.bookIds[0]}`;
  reached = [];
  hold = Promise.resolve();
});
afterAll(async () => {
  origin?.closeAllConnections();
  origin?.close();
  await service?.[Symbol.asyncDispose]();
});

async function get(from: string, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(from, varnish.url), { headers, signal: AbortSignal.timeout(20_000) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const priceOf = async () => JSON.parse((await get(path)).text).priceCents;
const change = async (priceCents: number) => {
  const options = { method: 'PATCH', token, body: { priceCents } };
  const { status } = await service.request(`/v2/books/${shop.bookIds[0]}`, options);
  expect(status).toBe(200);
};

test('the second reader is answered by the cache, and browsers behind it have to ask', async () => {
  const first = await get(path);
  const second = await get(path);
  expect([first.text, reached]).toEqual([second.text, [`GET ${path}`]]);
  expect(second.headers.get('cache-status')).toBe('shelfwise; hit');
  expect(second.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
  for (const name of ['surrogate-key', 'xkey', 'x-request-id']) expect(second.headers.get(name)).toBeNull();
  const etag = second.headers.get('etag') ?? '';
  expect((await get(path, { 'if-none-match': etag })).status).toBe(304);
  expect(reached).toHaveLength(1);
});

test('it says for how long it has had an answer', async () => {
  await get(path);
  await sleep(1_100);
  const age = Number((await get(path)).headers.get('age'));
  expect([age >= 1 && age < 60, reached.length]).toEqual([true, 1]);
});

test('one id in two shops is two books, and the entity tag of one is nothing to the other', async () => {
  const other = await service.createTenant();
  const [id] = shop.bookIds;
  await service.database.query(
    "UPDATE books SET id = $2, title = 'Of the other shop' WHERE tenant_id = $1 AND isbn = '1'",
    [other.id, id],
  );
  const theirs = `/v2/storefront/${other.slug}/books/${id}`;
  for (let n = 0; n < 2; n += 1) {
    expect(JSON.parse((await get(path)).text).title).toBe('Title 1');
    expect(JSON.parse((await get(theirs)).text).title).toBe('Of the other shop');
  }
  const etag = (await get(path)).headers.get('etag') ?? '';
  expect(await get(theirs, { 'if-none-match': etag })).toMatchObject({ status: 200 });
  expect(reached).toEqual([`GET ${path}`, `GET ${theirs}`]);
  // A change in one shop leaves what is kept of the other.
  await change(5);
  expect([await priceOf(), JSON.parse((await get(theirs)).text).priceCents]).toEqual([5, 1001]);
  expect(reached).toHaveLength(3);
});

test('after a change is answered the cache has the new price, in the list too', async () => {
  const list = `/v2/storefront/${shop.slug}/books`;
  for (let price = 1; price <= 5; price += 1) {
    await Promise.all([get(path), get(list)]);
    await change(price);
    expect(await priceOf()).toBe(price);
    const { items } = JSON.parse((await get(list)).text);
    expect(items.find(({ id }: { id: string }) => id === shop.bookIds[0]).priceCents).toBe(price);
  }
});

test.each([0, 100, 200, 300])(
  'an answer that is on its way during a change, and arrives %i ms later, is not served after it',
  async (lateMs) => {
    const gate = Promise.withResolvers<void>();
    hold = gate.promise;
    const early = get(path);
    await expect.poll(() => reached.length).toBe(1);
    await sleep(50); // The service has answered by now: what it said is held back.
    hold = Promise.resolve();
    const changed = change(5);
    await sleep(lateMs);
    gate.resolve();
    await Promise.all([early, changed]);
    expect(await priceOf()).toBe(5);
  },
);

test('an answer that is held until after the change is not served to the next one', async () => {
  const gate = Promise.withResolvers<void>();
  hold = gate.promise;
  const early = get(path);
  await expect.poll(() => reached.length).toBe(1);
  await sleep(50);
  hold = Promise.resolve();
  await change(5);
  // It waits in the cache for what is on its way, but asks for itself when it sees how late that is.
  const late = priceOf();
  await sleep(20);
  gate.resolve();
  expect(JSON.parse((await early).text).priceCents).toBe(1001);
  expect(await late).toBe(5);
  expect(await priceOf()).toBe(5);
});

test('words that decide about nothing do not divide the cache, and a cursor does', async () => {
  const list = `/v2/storefront/${shop.slug}/books`;
  await get(`${path}?utm_source=mail`);
  await get(`${path}?utm_source=web`, { cookie: 'visitor=1', host: 'invented.example' });
  await get(`${list}?utm_source=mail`);
  await get(list);
  expect(reached).toEqual([`GET ${path}`, `GET ${list}`]);
  expect((await get(`${list}?cursor=wrong`)).status).toBe(400);
});

test('who has a token is never answered from the cache, and leaves nothing in it', async () => {
  const own = `/v2/books/${shop.bookIds[0]}`;
  for (let n = 0; n < 2; n += 1) {
    expect((await get(own, { authorization: `Bearer ${token}` })).headers.get('cache-status')).toContain('bypass');
    expect((await get(path, { authorization: `Bearer ${token}` })).headers.get('cache-status')).toContain('bypass');
  }
  expect(reached).toHaveLength(4);
  expect((await get(own)).status).toBe(401);
});

test('what is not there is asked for each time', async () => {
  const missing = path.replace(/[^/]+$/, shop.id);
  expect([(await get(missing)).status, (await get(missing)).status, reached.length]).toEqual([404, 404, 2]);
});

test('a purge is taken from the addresses of the API alone', async () => {
  const purge = async (localAddress: string) => {
    const headers = { 'surrogate-key': 'tenant:books', 'x-forwarded-for': '127.0.0.1' };
    const asked = httpRequest(varnish.url, { method: 'PURGE', localAddress, headers }).end();
    const [answer] = await once(asked, 'response');
    answer.resume();
    return [answer.statusCode, answer.headers.purged];
  };
  expect(await purge('127.0.0.1')).toEqual([200, '0']);
  expect(await purge('127.0.0.2')).toEqual([403, undefined]);
});
