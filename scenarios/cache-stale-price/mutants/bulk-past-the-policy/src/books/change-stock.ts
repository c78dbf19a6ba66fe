import type { Log } from '../platform/logger.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository } from './book-repository.ts';

export interface StockWrite<T> {
  readonly result: T;
  /** The books as the write left them. */
  readonly books: readonly Book[];
}

/** Runs one write that changes the stock of several books. */
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

/** Orders need no care of the cache: how many copies are left is decided in the database, when one is placed. */
export function createChangeStock(_parts: ChangeStockParts): ChangeStock {
  return async (_context, _bookIds, write) => (await write()).result;
}
