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

/** Write-through by version: the change is announced under the row's lock, committed, then offered. */
export function createUpdateBook({ cache, books }: UpdateBookParts): UpdateBook {
  const orFail = (call: Promise<void>, code: 'CACHE_UNAVAILABLE' | 'OUTCOME_UNKNOWN'): Promise<void> =>
    call.catch((cause: unknown) => {
      throw new ProblemError(code, { retryAfterSeconds: 1, cause });
    });
  return async (context, bookId, { changes, expectedVersion }) => {
    const book = await books.withTransaction(context, async (tx) => {
      const updated = await tx.update(bookId, changes, { expectedVersion });
      await orFail(cache.announce(context, updated), 'CACHE_UNAVAILABLE');
      return updated;
    });
    await orFail(cache.offer(context, book), 'OUTCOME_UNKNOWN');
    return book;
  };
}
