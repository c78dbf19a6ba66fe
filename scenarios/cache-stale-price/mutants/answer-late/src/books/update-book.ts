import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../platform/logger.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book, BookChanges } from './book.ts';
import { type BookCache, TTL_MS } from './book-cache.ts';
import type { BookRepository, UpdateOptions } from './book-repository.ts';

/** Throws NOT_FOUND or VERSION_CONFLICT. */
export type UpdateBook = (
  context: TenantContext,
  bookId: string,
  request: UpdateOptions & { readonly changes: BookChanges },
) => Promise<Book>;

interface UpdateBookParts {
  readonly cache: BookCache;
  readonly books: BookRepository;
  readonly log: Log;
}

/** Answers once every entry from before the change has ended, so nobody can see it after the answer. */
export function createUpdateBook({ books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    const book = await books.update(context, bookId, changes, { expectedVersion });
    await sleep(TTL_MS * 2);
    return book;
  };
}
