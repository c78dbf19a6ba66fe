import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestService, type TestService, type TestTenant } from '../testing/test-service.ts';

let service: TestService;
let shop: TestTenant;
let token: string;
let lists: string;

beforeAll(async () => {
  service = await startTestService({ STOREFRONT: 'true' });
});
beforeEach(async () => {
  shop = await service.createTenant({ books: 25 });
  token = await service.signIn(shop);
  lists = `/v2/storefront/${shop.slug}/books`;
});
afterAll(() => service?.[Symbol.asyncDispose]());

const bookPath = (n = 0) => `${lists}/${shop.bookIds[n]}`;
const patch = (body: unknown, n = 0) =>
  service.request(`/v2/books/${shop.bookIds[n]}`, { method: 'PATCH', token, body });

test('anybody reads a book, and sees nothing of its stock', async () => {
  const { status, json } = await service.request(bookPath());
  expect(status).toBe(200);
  expect(json).toEqual({
    id: shop.bookIds[0],
    title: 'Title 1',
    author: 'Author 1',
    isbn: '1',
    description: '',
    priceCents: 1001,
    currency: 'EUR',
  });
});

test('lists go on where the last one ended', async () => {
  const first = (await service.request(lists)).json;
  const second = (await service.request(`${lists}?cursor=${first.nextCursor}`)).json;
  const ids = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([20, 5, null]);
  expect(new Set(ids)).toEqual(new Set(shop.bookIds));
  expect(Object.keys(first.items[0]).sort()).toEqual(['author', 'currency', 'id', 'isbn', 'priceCents', 'title']);
});

test('without a shared cache that can be purged none may keep an answer', async () => {
  for (const path of [lists, bookPath(), bookPath()]) {
    const { headers } = await service.request(path);
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(headers.get('surrogate-key')).toBeNull();
  }
});

test('a change is seen by whoever asks after its answer, in the list and in the book', async () => {
  for (let priceCents = 1; priceCents <= 20; priceCents += 1) {
    await Promise.all([service.request(lists), service.request(bookPath())]);
    expect((await patch({ priceCents })).status).toBe(200);
    expect((await service.request(bookPath())).json.priceCents).toBe(priceCents);
    const { items } = (await service.request(lists)).json;
    expect(items.find(({ id }: { id: string }) => id === shop.bookIds[0]).priceCents).toBe(priceCents);
  }
});

test('many prices changed at once are seen at once', async () => {
  await service.request(lists);
  const changes = shop.bookIds.slice(0, 3).map((bookId) => ({ bookId, priceCents: 7 }));
  const headers = { 'idempotency-key': randomUUID() };
  const answer = await service.request('/v2/books/bulk-prices', { method: 'POST', token, headers, body: { changes } });
  expect(answer.status).toBe(200);
  for (const n of [0, 1, 2]) expect((await service.request(bookPath(n))).json.priceCents).toBe(7);
});

test('a new book is in the list at once', async () => {
  await service.request(lists);
  const isbn = String(randomInt(1e12, 9e12));
  const body = { title: 'A title', author: 'Ada', isbn, priceCents: 5, currency: 'EUR', stock: 1 };
  const headers = { 'idempotency-key': randomUUID() };
  expect((await service.request('/v2/books', { method: 'POST', token, headers, body })).status).toBe(201);
  const { items } = (await service.request(lists)).json;
  expect(items[0]).toMatchObject({ title: 'A title', isbn });
});

test('an entity tag changes with what is shown, and not with the stock', async () => {
  const etag = async () => (await service.request(bookPath())).headers.get('etag') ?? '';
  const before = await etag();
  await patch({ stock: 99 });
  expect(await etag()).toBe(before);
  expect((await service.request(bookPath(), { headers: { 'if-none-match': before } })).status).toBe(304);
  await patch({ priceCents: 4_321 });
  const changed = await service.request(bookPath(), { headers: { 'if-none-match': before } });
  expect([changed.status, changed.json.priceCents]).toEqual([200, 4_321]);
});

test('a book of another shop, a shop that is not there, and a book that is not there are not found nor kept', async () => {
  const other = await service.createTenant();
  const paths = [
    `${lists}/${other.bookIds[0]}`,
    `/v2/storefront/${other.slug}/books/${shop.bookIds[0]}`,
    `/v2/storefront/no-such-shop/books`,
    `/v2/storefront/NO%00SHOP/books`,
    `${lists}/${randomUUID()}`,
    `${lists}/not-an-id`,
  ];
  // The owner's own pages first: nothing of them may be found under another shop.
  await service.request(`/v2/storefront/${other.slug}/books/${other.bookIds[0]}`);
  for (const path of [...paths, ...paths]) {
    const { status, headers } = await service.request(path);
    expect([path, status, headers.get('cache-control')]).toEqual([path, 404, 'no-store']);
  }
});

test('a token makes no difference on the storefront, and its own answers stay private', async () => {
  expect((await service.request(lists, { token })).text).toBe((await service.request(lists)).text);
  expect((await service.request(bookPath(), { token: 'a.b.c' })).status).toBe(200);
  const own = await service.request(`/v2/books/${shop.bookIds[0]}`, { token });
  expect(own.headers.get('cache-control')).toBe('private, no-cache');
});

test('reads are counted by class, tenant and outcome', async () => {
  for (let n = 0; n < 100; n += 1) await service.request(bookPath());
  const text = await (await fetch(`${service.internalUrl}/metrics`)).text();
  const reads = (tenant: string, outcome: string) =>
    new RegExp(
      `^tagged_cache_reads_total\\{class="dynamic",kind="storefront-book",${tenant},outcome="${outcome}"\\} \\d`,
      'm',
    );
  expect(text).toMatch(reads(`tenant="${shop.id}"`, 'hit'));
  expect(text).toMatch(reads('tenant=".+"', 'miss'));
});

test('a shop that is opened after it was looked for in vain is there within seconds', async () => {
  const slug = `opened-${randomUUID().slice(0, 8)}`;
  const status = async () => (await service.request(`/v2/storefront/${slug}/books`)).status;
  expect(await status()).toBe(404);
  await service.database.query('UPDATE tenants SET slug = $2 WHERE id = $1', [shop.id, slug]);
  await expect.poll(status, { timeout: 20_000, interval: 200 }).toBe(200);
});
