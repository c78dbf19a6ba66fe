import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/** Books by tenant and id. All reject when the cache is unreachable or too slow. */
export interface BookCache {
  get(context: TenantContext, bookId: string): Promise<Book | undefined>;
  set(context: TenantContext, book: Book): Promise<void>;
  drop(context: TenantContext, bookId: string): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  return {
    async get({ tenantId }, bookId) {
      const entry = await guard.run(() => redis.get(keyOf(tenantId, bookId)));
      metrics.cacheLookup(entry ? 'hit' : 'miss', tenantId);
      return entry ? (JSON.parse(entry) as Book) : undefined;
    },
    async set({ tenantId }, book) {
      await guard.run(() =>
        redis.set(
          keyOf(tenantId, book.id),
          JSON.stringify(book),
          'PX',
          Math.round(ttlSeconds * 1000 * (0.9 + Math.random() * 0.2)),
        ),
      );
    },
    async drop({ tenantId }, bookId) {
      await redis.del(keyOf(tenantId, bookId));
    },
  };
}

function keyOf(tenantId: string, bookId: string): string {
  return `book:{${tenantId}:${bookId}}`;
}
