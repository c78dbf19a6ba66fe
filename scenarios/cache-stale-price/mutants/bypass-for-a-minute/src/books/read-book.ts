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

/** Reads through the cache. A cache that fails makes a read slower, never impossible. */
export function createReadBook({ cache, books, log }: ReadBookParts): ReadBook {
  return async (context, bookId) => {
    const found = await cache.get(context, bookId).catch((error: unknown) => {
      log.debug({ err: error, requestId: context.requestId }, 'book read without the cache');
      return 'changing' as const;
    });
    if (typeof found === 'object') return found;
    const book = await books.findById(context, bookId);
    if (!book) throw new ProblemError('NOT_FOUND');
    if (found === 'changing') return book;
    await cache.set(context, book).catch((error: unknown) => {
      log.debug({ err: error, requestId: context.requestId }, 'book not cached');
    });
    return book;
  };
}
