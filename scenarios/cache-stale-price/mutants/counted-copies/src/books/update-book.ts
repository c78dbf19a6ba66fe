import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book, BookChanges } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository, UpdateOptions } from './book-repository.ts';

/** Throws NOT_FOUND, VERSION_CONFLICT, CACHE_UNAVAILABLE or OUTCOME_UNKNOWN. */
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

/** Counts before the change, so that a cache that is away is noticed in time, and again after it. */
export function createUpdateBook({ cache, books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    const count = (code: 'CACHE_UNAVAILABLE' | 'OUTCOME_UNKNOWN'): Promise<void> =>
      cache.count(context, bookId).catch((cause: unknown) => {
        throw new ProblemError(code, { retryAfterSeconds: 1, cause });
      });
    await count('CACHE_UNAVAILABLE');
    const book = await books.update(context, bookId, changes, { expectedVersion });
    await count('OUTCOME_UNKNOWN');
    return book;
  };
}
