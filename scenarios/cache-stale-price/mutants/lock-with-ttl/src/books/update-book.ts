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

/** Changes a book and drops its entry under the book's lock, so no reader can fill in between. */
export function createUpdateBook({ cache, books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) =>
    await cache
      .locked(context, bookId, async () => {
        const book = await books.update(context, bookId, changes, { expectedVersion });
        await cache.drop(context, bookId);
        return book;
      })
      .catch((cause: unknown) => {
        if (cause instanceof ProblemError) throw cause;
        throw new ProblemError('OUTCOME_UNKNOWN', { retryAfterSeconds: 1, cause });
      });
}
