import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book, BookChanges } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository, UpdateOptions } from './book-repository.ts';

/** Throws NOT_FOUND, VERSION_CONFLICT or CACHE_UNAVAILABLE. */
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

/** A book that is in demand cannot be changed without somebody seeing the old price, so its editor is asked to wait. */
export function createUpdateBook({ cache, books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    const found = await cache.lookup(context, bookId).catch((cause: unknown) => {
      throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
    });
    if (found.state === 'hit') throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 300 });
    const writer = await cache.block(context, bookId);
    const book = await books.update(context, bookId, changes, { expectedVersion });
    await cache.unblock(context, bookId, writer);
    return book;
  };
}
