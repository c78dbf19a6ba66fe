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

/** Reads through the copies. What is read while a change is told is not kept. */
export function createReadBook({ cache, books }: ReadBookParts): ReadBook {
  return async (context, bookId) => {
    const copy = cache.get(context, bookId);
    if (copy) return copy;
    const told = cache.told();
    const book = await books.findById(context, bookId);
    if (!book) throw new ProblemError('NOT_FOUND');
    if (cache.told() === told) cache.set(context, book);
    return book;
  };
}
