import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book, BookChanges } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository, UpdateOptions } from './book-repository.ts';

/** Throws NOT_FOUND, VERSION_CONFLICT or OUTCOME_UNKNOWN. */
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

/** Write-through: the row is changed, committed, and put into the cache in its new form, for the same time as ever. */
export function createUpdateBook({ cache, books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    const book = await books.update(context, bookId, changes, { expectedVersion });
    await cache.set(context, book).catch((cause: unknown) => {
      throw new ProblemError('OUTCOME_UNKNOWN', { retryAfterSeconds: 1, cause });
    });
    return book;
  };
}
