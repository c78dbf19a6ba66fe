import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/** Books by tenant and id. For a while after `drop`, a book is neither served from the cache nor put there. */
export interface BookCache {
  get(context: TenantContext, bookId: string): Promise<Book | 'missing' | 'changing'>;
  set(context: TenantContext, book: Book): Promise<void>;
  drop(context: TenantContext, bookId: string): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

// No reader of the old row is that slow.
const BYPASS_MS = 60_000;

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const keyOf = (tenantId: string, bookId: string): string => `book:{${tenantId}:${bookId}}`;
  return {
    async get({ tenantId }, bookId) {
      const key = keyOf(tenantId, bookId);
      const [entry, changed] = await guard.run(() => redis.mget(key, `${key}:changed`));
      metrics.cacheLookup(entry && !changed ? 'hit' : 'miss', tenantId);
      if (changed) return 'changing';
      return entry ? (JSON.parse(entry) as Book) : 'missing';
    },
    async set({ tenantId }, book) {
      const key = keyOf(tenantId, book.id);
      await guard.run(() => redis.set(key, JSON.stringify(book), 'EX', ttlSeconds));
    },
    async drop({ tenantId }, bookId) {
      const key = keyOf(tenantId, bookId);
      await redis.multi().set(`${key}:changed`, '1', 'PX', BYPASS_MS).del(key).exec();
    },
  };
}
