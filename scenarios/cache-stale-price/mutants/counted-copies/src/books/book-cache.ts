import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/** Copies in the process. The cache counts the changes of each book: a copy counts while that number is the same. */
export interface BookCache {
  changesOf(context: TenantContext, bookId: string): Promise<string>;
  get(context: TenantContext, bookId: string, changes: string): Book | undefined;
  set(context: TenantContext, book: Book, changes: string): void;
  count(context: TenantContext, bookId: string): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

const COPIES_MAX = 2_000;

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const copies = new Map<string, { readonly book: Book; readonly changes: string; readonly untilMs: number }>();
  return {
    changesOf: async ({ tenantId }, bookId) => (await guard.run(() => redis.get(keyOf(tenantId, bookId)))) ?? '0',
    get({ tenantId }, bookId, changes) {
      const copy = copies.get(keyOf(tenantId, bookId));
      const book = copy && copy.changes === changes && copy.untilMs > Date.now() ? copy.book : undefined;
      metrics.cacheLookup(book ? 'hit' : 'miss', tenantId);
      return book;
    },
    set({ tenantId }, book, changes) {
      if (copies.size >= COPIES_MAX) copies.clear();
      copies.set(keyOf(tenantId, book.id), { book, changes, untilMs: Date.now() + ttlSeconds * 1000 });
    },
    async count({ tenantId }, bookId) {
      const key = keyOf(tenantId, bookId);
      // Outlives the copies that were made under the number before.
      await redis
        .multi()
        .incr(key)
        .expire(key, ttlSeconds * 2)
        .exec();
    },
  };
}

function keyOf(tenantId: string, bookId: string): string {
  return `book:{${tenantId}:${bookId}}:changes`;
}
