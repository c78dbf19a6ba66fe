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

/** Changes a book and drops it from the cache, so that the next reader sees the change. */
export function createUpdateBook({ cache, books, log }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) =>
    await books.withTransaction(context, async (tx) => {
      const book = await tx.update(bookId, changes, { expectedVersion });
      await afterSave(context, bookId);
      return book;
    });

  async function afterSave(context: TenantContext, bookId: string): Promise<void> {
    try {
      await cache.drop(context, bookId);
    } catch (error) {
      // The cache is best effort: a save must not fail because of it, and the entry expires by itself.
      log.warn({ err: error, requestId: context.requestId, bookId }, 'book not dropped from the cache');
    }
  }
}
