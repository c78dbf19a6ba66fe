import { expect, test, vi } from 'vitest';
import type { Book } from './book.ts';
import type { BookCache, Lookup } from './book-cache.ts';
import type { BookRepository } from './book-repository.ts';
import { createReadBook } from './read-book.ts';

const context = { tenantId: 'tenant', requestId: 'request', usage: { queries: 0 } };
const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
const cached = { id: 'book', title: 'cached' } as Book;
const stored = { id: 'book', title: 'stored' } as Book;
const away = () => Promise.reject(new Error('connection refused'));

interface SetUp {
  readonly lookup: () => Promise<Lookup>;
  readonly fill?: () => Promise<void>;
  readonly found?: Book | undefined;
}

function setUp({ lookup, fill = async () => {}, ...rest }: SetUp) {
  const cache = { lookup: vi.fn(lookup), fill: vi.fn(fill) };
  const books = { findById: vi.fn(async () => ('found' in rest ? rest.found : stored)) };
  const readBook = createReadBook({
    cache: cache as unknown as BookCache,
    books: books as unknown as BookRepository,
    log,
  });
  return { cache, books, read: () => readBook(context, 'book') };
}

test('a hit does not touch the database', async () => {
  const { books, read } = setUp({ lookup: async () => ({ state: 'hit', book: cached }) });
  await expect(read()).resolves.toBe(cached);
  expect(books.findById).not.toHaveBeenCalled();
});

test('a miss is filled under the lease that was taken before the read', async () => {
  const { cache, read } = setUp({ lookup: async () => ({ state: 'miss', lease: 'lease-1' }) });
  await expect(read()).resolves.toBe(stored);
  expect(cache.fill).toHaveBeenCalledWith(context, 'lease-1', stored);
});

test('a blocked book is read from the database and not filled', async () => {
  const { cache, read } = setUp({ lookup: async () => ({ state: 'blocked' }) });
  await expect(read()).resolves.toBe(stored);
  expect(cache.fill).not.toHaveBeenCalled();
});

test('a cache that fails to look up or to fill does not fail the read', async () => {
  await expect(setUp({ lookup: away }).read()).resolves.toBe(stored);
  const filling = setUp({ lookup: async () => ({ state: 'miss', lease: 'lease-1' }), fill: away });
  await expect(filling.read()).resolves.toBe(stored);
});

test('a book that does not exist is not cached', async () => {
  const { cache, read } = setUp({ lookup: async () => ({ state: 'miss', lease: 'lease-1' }), found: undefined });
  await expect(read()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(cache.fill).not.toHaveBeenCalled();
});

const wait: Lookup = { state: 'wait', lease: 'lease-1' };

test('who waits is given what another one has filled, and does not load', async () => {
  const found: Lookup[] = [wait, wait, { state: 'hit', book: cached }];
  const { books, cache, read } = setUp({ lookup: async () => found.shift() ?? wait });
  await expect(read()).resolves.toBe(cached);
  expect([books.findById.mock.calls, cache.fill.mock.calls, found]).toEqual([[], [], []]);
});

test('who has waited in vain loads, and fills with the lease of the one that did not', async () => {
  const found: Lookup[] = [wait, wait, { state: 'miss', lease: 'lease-1' }];
  const { cache, read } = setUp({ lookup: async () => found.shift() ?? wait });
  await expect(read()).resolves.toBe(stored);
  expect(cache.fill).toHaveBeenCalledWith(context, 'lease-1', stored);
});

test('nobody waits for ever, whatever becomes of the leases', async () => {
  let leases = 0;
  const { read } = setUp({ lookup: async () => ({ state: 'wait', lease: `lease-${++leases}` }) });
  await expect(read()).resolves.toBe(stored);
});

test('a book that is being changed while somebody waits is not filled', async () => {
  const found: Lookup[] = [wait, { state: 'blocked' }];
  const { cache, read } = setUp({ lookup: async () => found.shift() ?? wait });
  await expect(read()).resolves.toBe(stored);
  expect(cache.fill).not.toHaveBeenCalled();
});

test('who finds the lease under which a book is loaded gets what is loaded; who finds another one does not', async () => {
  let lease = 'lease-1';
  const { books, read } = setUp({ lookup: async () => ({ state: 'miss', lease }) });
  const gate = Promise.withResolvers<Book>();
  books.findById.mockImplementationOnce(() => gate.promise);
  const early = [read(), read(), read()];
  await expect.poll(() => books.findById.mock.calls.length).toBe(1);
  lease = 'lease-2'; // As after a change.
  await expect(read()).resolves.toBe(stored);
  gate.resolve(cached);
  expect(await Promise.all(early)).toEqual([cached, cached, cached]);
  expect(books.findById).toHaveBeenCalledTimes(2);
});
