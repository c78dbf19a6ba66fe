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

/** Changes a book inside a block, so that nobody is served an older version afterwards. */
export function createUpdateBook({ cache, books, log }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    // The cache is an optimisation. Editors must be able to work while it is away.
    const bestEffort = async <T>(call: Promise<T>): Promise<T | undefined> =>
      await call.catch((error: unknown) => {
        log.warn({ err: error, requestId: context.requestId, bookId }, 'book saved without the cache');
        return undefined;
      });
    const writer = await bestEffort(cache.block(context, bookId));
    try {
      return await books.update(context, bookId, changes, { expectedVersion });
    } finally {
      if (writer !== undefined) await bestEffort(cache.unblock(context, bookId, writer));
    }
  };
}
