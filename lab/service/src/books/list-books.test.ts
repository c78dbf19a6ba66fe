import { expect, test } from 'vitest';
import type { BookSummary } from './book.ts';
import type { BookRepository, ListOptions } from './book-repository.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { createListBooks } from './list-books.ts';

const context = { tenantId: 'tenant', requestId: 'request', usage: { queries: 0 } };

function summary(n: number): BookSummary {
  const id = `00000000-0000-4000-8000-00000000000${n}`;
  return { id, title: `Zoë ${n}`, author: 'A', isbn: 'I', priceCents: 1, currency: 'EUR', stock: 0, version: 1 };
}

function listOf(count: number) {
  const asked: ListOptions[] = [];
  const found = Array.from({ length: count }, (_, index) => summary(index));
  const list = async (_context: unknown, options: ListOptions) => {
    asked.push(options);
    return found.slice(0, options.limit);
  };
  return { asked, listBooks: createListBooks({ books: { list } as unknown as BookRepository }) };
}

test('a full page carries the place of its last item, and the next page starts there', async () => {
  const { asked, listBooks } = listOf(3);
  const page = await listBooks(context, { limit: 2 });
  expect(page.items).toHaveLength(2);
  await listBooks(context, { limit: 2, cursor: page.nextCursor ?? '' });
  expect(asked[1]?.after).toEqual({ title: 'Zoë 1', id: summary(1).id });
});

test.each([0, 2])('the last page, with %i items, has no cursor', async (count) => {
  const { nextCursor } = await listOf(count).listBooks(context, { limit: 2 });
  expect(nextCursor).toBeNull();
});

test('a cursor survives its way through a URL', () => {
  const cursor = encodeCursor(summary(1));
  expect(encodeURIComponent(cursor)).toBe(cursor);
  expect(decodeCursor(cursor)).toEqual({ title: 'Zoë 1', id: summary(1).id });
});

test.each(['', '!', 'W10', Buffer.from('["a","b"]').toString('base64url')])('the cursor %j is refused', (cursor) => {
  expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
});
