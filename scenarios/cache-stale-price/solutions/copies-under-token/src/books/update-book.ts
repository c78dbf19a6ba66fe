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

/** Replaces the token before the change, so that a cache that is away is noticed in time, and again after it. */
export function createUpdateBook({ cache, books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    const replace = (code: 'CACHE_UNAVAILABLE' | 'OUTCOME_UNKNOWN'): Promise<void> =>
      cache.replaceToken(context, bookId).catch((cause: unknown) => {
        throw new ProblemError(code, { retryAfterSeconds: 1, cause });
      });
    await replace('CACHE_UNAVAILABLE');
    const book = await books.update(context, bookId, changes, { expectedVersion });
    await replace('OUTCOME_UNKNOWN');
    return book;
  };
}
