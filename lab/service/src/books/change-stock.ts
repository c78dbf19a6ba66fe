import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository, BookTransaction } from './book-repository.ts';
import { createUpdateBook } from './update-book.ts';

export interface StockWrite<T> {
  readonly result: T;
  /** The books as the write left them. */
  readonly books: readonly Book[];
}

/**
 * Runs one write that changes the stock of several books, under the cache policy by which each of them is changed
 * alone: nobody is served an older stock once the write is visible. Throws what the policy and the write throw.
 */
export type ChangeStock = <T>(
  context: TenantContext,
  bookIds: readonly string[],
  write: () => Promise<StockWrite<T>>,
) => Promise<T>;

interface ChangeStockParts {
  readonly cache: BookCache;
  readonly books: BookRepository;
  readonly log: Log;
}

/** Changes are nested: each book's policy encloses those of the books after it, and the last encloses the write. */
export function createChangeStock({ cache, books, log }: ChangeStockParts): ChangeStock {
  return async (context, bookIds, write) => {
    const enclosed = bookIds.reduceRight((inner, bookId) => () => enclose(context, bookId, inner), write);
    return (await enclosed()).result;
  };

  async function enclose<T>(context: TenantContext, bookId: string, write: () => Promise<StockWrite<T>>) {
    const written: StockWrite<T>[] = [];
    const update = async () => {
      const outcome = await write();
      written.push(outcome);
      const book = outcome.books.find(({ id }) => id === bookId);
      if (!book) throw new ProblemError('NOT_FOUND');
      return book;
    };
    const updateBook = createUpdateBook({ cache, books: withUpdate(context, update), log });
    await updateBook(context, bookId, { changes: {} });
    const [outcome] = written;
    if (!outcome) throw new Error('The policy of the cache did not run the write.');
    return outcome;
  }

  /** The repository that the policy is given: the write takes the place of a book's own update. */
  function withUpdate(context: TenantContext, update: () => Promise<Book>): BookRepository {
    const find = (id: string) => books.findById(context, id);
    const transaction: BookTransaction = { findById: find, findByIdForShare: find, update };
    return { ...books, update, withTransaction: (_context, work) => work(transaction) };
  }
}
