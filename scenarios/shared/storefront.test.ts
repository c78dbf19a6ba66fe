import { expect, test } from 'vitest';
import { createStorefront } from './storefront.ts';
import { fakeHandle } from './testing/fake-handle.ts';

const visit = { replica: 'api-2', client: 'reader', view: 'crowd' } as const;

test('the page of a book is known by its id, and worth its price', async () => {
  const { h, sent } = fakeHandle({ answer: () => ({ body: { id: 'book-1', priceCents: 1_250 } }) });
  const page = createStorefront(h).bookPage({ id: 'book-1', tenant: 'shop-07' });
  expect(await page.visit(visit)).toMatchObject({ key: 'book-1', view: 'crowd', replica: 'api-2', value: 1_250 });
  expect(sent[0]).toMatchObject({ method: 'GET', path: '/v2/storefront/shop-07/books/book-1' });
  expect(sent[0]?.headers).toBeUndefined();
});

test('a page of the list is worth the number of its books', async () => {
  const { h, sent } = fakeHandle({ answer: () => ({ body: { items: [{}, {}], nextCursor: 'a/b' } }) });
  const storefront = createStorefront(h);
  expect(await storefront.listPage('shop-07').visit(visit)).toMatchObject({ key: 'shop-07 first', value: 2 });
  const cursor = await storefront.cursorAfter('shop-07', 'api-1');
  expect(await storefront.listPage('shop-07', cursor ?? '').visit(visit)).toMatchObject({ key: 'shop-07 a/b' });
  expect(sent.at(-1)?.path).toBe('/v2/storefront/shop-07/books?cursor=a%2Fb');
});

test.each([null, {}, { items: 3 }, { priceCents: 'free' }])('an answer that is %j is worth nothing', async (body) => {
  const { h } = fakeHandle({ answer: () => ({ body }) });
  const storefront = createStorefront(h);
  expect((await storefront.bookPage({ id: 'book-1', tenant: 'shop-07' }).visit(visit)).value).toBeNull();
  expect((await storefront.listPage('shop-07').visit(visit)).value).toBeNull();
  expect(await storefront.cursorAfter('shop-07', 'api-1')).toBeNull();
});
