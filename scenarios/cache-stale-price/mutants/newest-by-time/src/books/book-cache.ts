import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { defineScript } from '../platform/redis-script.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/** Books by tenant and id. What was updated earlier never takes the place of what was updated later. */
export interface BookCache {
  get(context: TenantContext, bookId: string): Promise<Book | undefined>;
  set(context: TenantContext, book: Book): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

const OFFER = `local at = redis.call('HGET', KEYS[1], 'at')
  if at and at > ARGV[1] then return 0 end
  redis.call('HSET', KEYS[1], 'at', ARGV[1], 'book', ARGV[2])
  return redis.call('PEXPIRE', KEYS[1], ARGV[3])`;

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const offer = defineScript(redis, 'offerBook', OFFER);
  return {
    async get({ tenantId }, bookId) {
      const entry = await guard.run(() => redis.hget(keyOf(tenantId, bookId), 'book'));
      metrics.cacheLookup(entry ? 'hit' : 'miss', tenantId);
      return entry ? (JSON.parse(entry) as Book) : undefined;
    },
    async set({ tenantId }, book) {
      const ttlMs = Math.round(ttlSeconds * 1000 * (0.9 + Math.random() * 0.2));
      await guard.run(() => offer([keyOf(tenantId, book.id)], [book.updatedAt, JSON.stringify(book), ttlMs]));
    },
  };
}

function keyOf(tenantId: string, bookId: string): string {
  return `book:{${tenantId}:${bookId}}`;
}
