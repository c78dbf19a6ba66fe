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

/** Reads through the cache. A miss keeps a share lock on the row until the cache has it, so no change can overtake the fill. */
export function createReadBook({ cache, books, log }: ReadBookParts): ReadBook {
  return async (context, bookId) => {
    const cached = await cache.get(context, bookId).catch(() => 'away' as const);
    if (cached === 'away') return required(await books.findById(context, bookId));
    if (cached) return cached;
    return await books.withTransaction(context, async (tx) => {
      const book = required(await tx.findByIdForShare(bookId));
      await cache.set(context, book).catch((error: unknown) => {
        log.debug({ err: error, requestId: context.requestId }, 'book not cached');
      });
      return book;
    });
  };
}

function required(book: Book | undefined): Book {
  if (!book) throw new ProblemError('NOT_FOUND');
  return book;
}
