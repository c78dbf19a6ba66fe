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

/** An invalidation that failed is repeated until the cache is back. */
const RETRY_MS = 200;

/** Changes a book; when the cache is away, its entry is put right in the background as soon as it is back. */
export function createUpdateBook({ cache, books, log }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    const writer = await cache.block(context, bookId).catch(() => undefined);
    const book = await books.update(context, bookId, changes, { expectedVersion });
    if (writer === undefined) invalidateLater(context, bookId);
    else await cache.unblock(context, bookId, writer).catch(() => invalidateLater(context, bookId));
    return book;
  };

  function invalidateLater(context: TenantContext, bookId: string): void {
    setTimeout(() => {
      cache
        .block(context, bookId)
        .then((writer) => cache.unblock(context, bookId, writer))
        .catch((error: unknown) => {
          log.debug({ err: error, bookId }, 'cache still away');
          invalidateLater(context, bookId);
        });
    }, RETRY_MS).unref();
  }
}
