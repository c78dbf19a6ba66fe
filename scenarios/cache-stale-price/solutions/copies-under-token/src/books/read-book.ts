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

export function createReadBook({ cache, books, log }: ReadBookParts): ReadBook {
  return async (context, bookId) => {
    const token = await cache.tokenOf(context, bookId).catch((error: unknown) => {
      log.debug({ err: error, requestId: context.requestId }, 'book read without the cache');
      return undefined;
    });
    const copy = token === undefined ? undefined : cache.copyUnder(context, bookId, token);
    if (copy) return copy;
    const book = await books.findById(context, bookId);
    if (!book) throw new ProblemError('NOT_FOUND');
    if (token !== undefined) cache.keep(context, book, token);
    return book;
  };
}
