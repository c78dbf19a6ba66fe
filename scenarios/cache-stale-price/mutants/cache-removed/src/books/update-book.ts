import type { Log } from '../platform/logger.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book, BookChanges } from './book.ts';
import type { BookCache } from './book-cache.ts';
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

/** Changes a book. Nothing is cached, so nothing can be old. */
export function createUpdateBook({ books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) =>
    await books.update(context, bookId, changes, { expectedVersion });
}
