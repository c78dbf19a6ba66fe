import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';
import type { BookCache, Lookup } from './book-cache.ts';
import type { BookRepository } from './book-repository.ts';

/** Throws NOT_FOUND. */
export type ReadBook = (context: TenantContext, bookId: string) => Promise<Book>;

interface ReadBookParts {
  readonly cache: BookCache;
  readonly books: BookRepository;
  readonly log: Log;
}

/** Reads through the cache. A cache that fails makes a read slower, never wrong and never impossible. */
export function createReadBook({ cache, books, log }: ReadBookParts): ReadBook {
  return async (context, bookId) => {
    const found = await lookUp(context, bookId);
    if (found.state === 'hit') return found.book;
    // The lease was taken before this read: a change made since then voids it, and the fill below has no effect.
    const book = await books.findById(context, bookId);
    if (!book) throw new ProblemError('NOT_FOUND');
    if (found.state === 'miss') await fill(context, found.lease, book);
    return book;
  };

  async function lookUp(context: TenantContext, bookId: string): Promise<Lookup> {
    try {
      return await cache.lookup(context, bookId);
    } catch (error) {
      log.debug({ err: error, requestId: context.requestId }, 'book read without the cache');
      return { state: 'blocked' };
    }
  }

  async function fill(context: TenantContext, lease: string, book: Book): Promise<void> {
    try {
      await cache.fill(context, lease, book);
    } catch (error) {
      // The caller has its book. The next reader fills the cache.
      log.debug({ err: error, requestId: context.requestId }, 'book not cached');
    }
  }
}
