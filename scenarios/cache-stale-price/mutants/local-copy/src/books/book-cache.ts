import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/** Books by tenant and id: in this process for a few seconds, then in the shared cache. */
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

const LOCAL_MS = 3_000;
const LOCAL_MAX = 1_000;

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const local = new Map<string, { readonly book: Book; readonly untilMs: number }>();
  const keep = (key: string, book: Book): void => {
    if (local.size >= LOCAL_MAX) local.clear();
    local.set(key, { book, untilMs: Date.now() + LOCAL_MS });
  };
  return {
    async get({ tenantId }, bookId) {
      const near = local.get(keyOf(tenantId, bookId));
      if (near && near.untilMs > Date.now()) return near.book;
      const entry = await guard.run(() => redis.get(keyOf(tenantId, bookId)));
      metrics.cacheLookup(entry ? 'hit' : 'miss', tenantId);
      const book = entry ? (JSON.parse(entry) as Book) : undefined;
      if (book) keep(keyOf(tenantId, bookId), book);
      return book;
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
      local.delete(keyOf(tenantId, bookId));
      await redis.del(keyOf(tenantId, bookId));
    },
  };
}

function keyOf(tenantId: string, bookId: string): string {
  return `book:{${tenantId}:${bookId}}`;
}
