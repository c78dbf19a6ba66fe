import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BookRepository } from '../books/book-repository.ts';
import { createLoadCap } from '../cache/loads/load-cap.ts';
import { createTaggedCache } from '../cache/tagged-cache.ts';
import { createMemoryStore } from '../cache/testing/memory-store.ts';
import { errorHandler } from '../platform/error-handler.ts';
import { requestContext } from '../platform/request-context.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { createReadStorefront } from './read-storefront.ts';
import { storefrontRoutes } from './storefront-routes.ts';

const tenantId = randomUUID();
const book = {
  id: randomUUID(),
  title: 'A title',
  author: 'Ada',
  isbn: '1',
  description: 'Long',
  priceCents: 100,
  currency: 'EUR',
  stock: 3,
  version: 1,
};
const log = recordingLog([]);
const metrics = { read() {}, purged() {} };
const cache = createTaggedCache({ store: createMemoryStore(), loads: createLoadCap({ loadsMax: 2 }), metrics, log });
let asked: string[] = [];
const books = {
  findById: async (_context: unknown, id: string) => {
    asked.push('book');
    return id === book.id ? book : undefined;
  },
  list: async () => [book],
} as unknown as BookRepository;
const tenants = {
  findBySlug: async (slug: string) => {
    asked.push(slug);
    return slug === 'shop' ? { id: tenantId, plan: 'free' } : undefined;
  },
};
const app = express();
app.use(requestContext());
app.use(storefrontRoutes({ read: createReadStorefront({ cache, books, tenants }), isShared: true }), errorHandler(log));
const server = createServer(app);

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function get(path: string) {
  asked = [];
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/storefront${path}`);
  return { status: response.status, headers: response.headers, json: JSON.parse(await response.text()) };
}

test('a book is read once, and kept under its own tag', async () => {
  const { stock: _stock, version: _version, ...shown } = book;
  for (const loads of [['shop', 'book'], []]) {
    const { json, headers } = await get(`/shop/books/${book.id}`);
    expect([json, headers.get('surrogate-key'), asked]).toEqual([shown, `${tenantId}:book:${book.id}`, loads]);
  }
});

test('a list shows less of each book, and has one tag for all lists', async () => {
  const { json, headers } = await get('/shop/books');
  const { stock: _stock, version: _version, description: _description, ...item } = book;
  expect(json).toEqual({ items: [item], nextCursor: null });
  expect(headers.get('surrogate-key')).toBe(`${tenantId}:books`);
});

test('while a book is being changed its page may not be kept', async () => {
  const writer = await cache.block(tenantId, [`book:${book.id}`]);
  expect((await get(`/shop/books/${book.id}`)).headers.get('cache-control')).toBe('private, no-cache');
  expect((await get('/shop/books')).headers.get('cache-control')).toContain('s-maxage=60');
  await cache.unblock(tenantId, [`book:${book.id}`], writer);
  expect((await get(`/shop/books/${book.id}`)).headers.get('cache-control')).toContain('s-maxage=60');
});

test.each([
  ['no id', '/shop/books/none', []],
  ['no slug', '/NO%20SHOP/books', []],
  ['the slug of nobody', '/nobody/books', ['nobody']],
  ['the slug of nobody once more', '/nobody/books', []],
  ['the id of nothing', `/shop/books/${tenantId}`, ['book']],
])('what has %s is not found and may not be kept', async (_name, path, loads) => {
  const { status, headers } = await get(path);
  expect([status, headers.get('cache-control'), asked]).toEqual([404, 'no-store', loads]);
});

test('a cursor that is none is refused before it takes a place in the cache', async () => {
  expect(await get('/shop/books?cursor=none')).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
});
