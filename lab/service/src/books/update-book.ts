import { setTimeout as sleep } from 'node:timers/promises';
import { UncertainCommitError } from '../platform/database-errors.ts';
import type { Log } from '../platform/logger.ts';
import { ProblemError } from '../platform/problem.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book, BookChanges } from './book.ts';
import type { BookCache } from './book-cache.ts';
import type { BookRepository, UpdateOptions } from './book-repository.ts';

/** Throws NOT_FOUND, VERSION_CONFLICT, CACHE_UNAVAILABLE (nothing was changed) or OUTCOME_UNKNOWN. */
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

/** Long enough for the client to connect again after a short break. */
const UNBLOCK_PAUSE_MS = 150;

/** Changes a book so that nobody is served an older version once the change is visible anywhere. */
export function createUpdateBook({ cache, books, log }: UpdateBookParts): UpdateBook {
  return async (context, bookId, { changes, expectedVersion }) => {
    const writer = await cache.block(context, bookId).catch((cause: unknown) => {
      // Without the block, readers would go on being served the price from before the change.
      throw new ProblemError('CACHE_UNAVAILABLE', { retryAfterSeconds: 1, cause });
    });
    const book = await books.update(context, bookId, changes, { expectedVersion }).catch(async (error: unknown) => {
      // An uncertain commit may still take effect, so its block stays until it lapses.
      if (!(error instanceof UncertainCommitError)) await abandon(context, bookId, writer);
      throw error;
    });
    await publish(context, bookId, writer);
    return book;
  };

  async function publish(context: TenantContext, bookId: string, writer: string): Promise<void> {
    try {
      await cache.unblock(context, bookId, writer);
    } catch {
      await sleep(UNBLOCK_PAUSE_MS);
      await cache.unblock(context, bookId, writer).catch((cause: unknown) => {
        // The change is durable, and as long as the block stands nobody reads an older version. But a cache that was
        // restarted or ran out of memory has lost the block, and an entry read before the commit may stand in its
        // place. So this is no success. Repeating the request is harmless and puts it right.
        throw new ProblemError('OUTCOME_UNKNOWN', { retryAfterSeconds: 1, cause });
      });
    }
  }

  async function abandon(context: TenantContext, bookId: string, writer: string): Promise<void> {
    try {
      await cache.unblock(context, bookId, writer);
    } catch (error) {
      // Nothing was changed. Until the block lapses, readers of this book go to the database.
      log.warn({ err: error, requestId: context.requestId, bookId }, 'book stays blocked in the cache');
    }
  }
}
