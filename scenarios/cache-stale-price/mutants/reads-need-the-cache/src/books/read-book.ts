import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository } from './book-repository.ts';

/** Throws NOT_FOUND. */
export type ReadBook = (context: TenantContext, bookId: string) => Promise<Book>;

interface ReadBookParts {
  readonly cache: BookCache;
  readonly books: BookRepository;
  readonly log: Log;
}

/** Reads through the cache. */
export function createReadBook({ cache, books }: ReadBookParts): ReadBook {
  return async (context, bookId) => {
    const found = await cache.lookup(context, bookId).catch((cause: unknown) => {
      // Without the cache we cannot know whether the row is the latest that a customer has seen.
      throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
    });
    if (found.state === 'hit') return found.book;
    const book = await books.findById(context, bookId);
    if (!book) throw new ProblemError('NOT_FOUND');
    if (found.state !== 'blocked') await cache.fill(context, found.lease, book);
    return book;
  };
}
