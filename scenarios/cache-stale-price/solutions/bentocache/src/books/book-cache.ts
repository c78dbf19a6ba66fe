import { randomUUID } from 'node:crypto';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { defineScript } from '../platform/redis-script.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/**
 * Books by tenant and id, kept by bentocache: entry format, expiry and one load at a time per process are the
 * library's. It has no fence for a fill that arrives after a delete, so the key carries an epoch that a change renews.
 */
export interface BookCache {
  read(context: TenantContext, bookId: string, load: () => Promise<Book>): Promise<Book>;
  renew(context: TenantContext, bookId: string): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

const EPOCH = `redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2], 'NX') return redis.call('GET', KEYS[1])`;

export function createBookCache({ redis, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const epochOf = defineScript(redis, 'bookEpoch', EPOCH);
  const epochSeconds = ttlSeconds * 2;
  const keyOf = (tenantId: string, bookId: string): string => `{${tenantId}:${bookId}}`;
  const store = new BentoCache({
    default: 'books',
    prefix: 'book',
    // Without a layer in memory the library's default is to fail the read when the store fails.
    suppressL2Errors: true,
    stores: { books: bentostore().useL2Layer(redisDriver({ connection: redis })) },
  });
  return {
    async read({ tenantId }, bookId, load) {
      const key = keyOf(tenantId, bookId);
      const epoch = await guard
        .run(() => epochOf([`book:epoch:${key}`], [randomUUID(), epochSeconds]))
        .catch(() => undefined);
      if (epoch === undefined) return await load();
      const ttl = Math.round(ttlSeconds * 1000 * (0.9 + Math.random() * 0.2));
      return await store.getOrSet({ key: `${key}:${String(epoch)}`, ttl, factory: load });
    },
    async renew({ tenantId }, bookId) {
      await redis.set(`book:epoch:${keyOf(tenantId, bookId)}`, randomUUID(), 'EX', epochSeconds);
    },
  };
}
