import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book, BookChanges } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository, UpdateOptions } from './book-repository.ts';

/** Throws NOT_FOUND, VERSION_CONFLICT or CACHE_UNAVAILABLE. */
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

/** Longer than any read takes, so what slow readers put into the cache is dropped before anyone is answered. */
const SETTLE_MS = 200;

/** Drops the entry around the change, and answers only after it has been dropped a last time. */
export function createUpdateBook({ cache, books }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    const drop = (): Promise<void> =>
      cache.drop(context, bookId).catch((cause: unknown) => {
        throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
      });
    await drop();
    const book = await books.update(context, bookId, changes, { expectedVersion });
    await drop();
    await sleep(SETTLE_MS);
    await drop();
    return book;
  };
}
