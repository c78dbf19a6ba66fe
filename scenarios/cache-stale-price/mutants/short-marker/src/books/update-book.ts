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

/** Sends readers to the database while the change is made: a save takes milliseconds, the marker stands for a second. */
export function createUpdateBook({ cache, books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    await cache.drop(context, bookId).catch((cause: unknown) => {
      throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
    });
    return await books.update(context, bookId, changes, { expectedVersion });
  };
}
