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

/** Reads through the cache. A miss is filled under the book's lock, so no change can come in between. */
export function createReadBook({ cache, books, log }: ReadBookParts): ReadBook {
  const load = async (context: TenantContext, bookId: string): Promise<Book> => {
    const book = await books.findById(context, bookId);
    if (!book) throw new ProblemError('NOT_FOUND');
    return book;
  };
  return async (context, bookId) => {
    let loaded: Book | undefined;
    try {
      const cached = await cache.get(context, bookId);
      if (cached) return cached;
      return await cache.locked(context, bookId, async () => {
        loaded = await load(context, bookId);
        await cache.set(context, loaded);
        return loaded;
      });
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      log.debug({ err: error, requestId: context.requestId }, 'book read without the cache');
      return loaded ?? (await load(context, bookId));
    }
  };
}
