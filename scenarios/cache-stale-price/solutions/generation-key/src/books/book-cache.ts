import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { defineScript } from '../platform/redis-script.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/**
 * Books by tenant, id and generation. The generation is a random word that every change replaces, so an entry of an
 * older one can still be written, but nobody asks for it any more. All reject when the cache is unreachable or too slow.
 */
export interface BookCache {
  generation(context: TenantContext, bookId: string): Promise<string>;
  get(context: TenantContext, bookId: string, generation: string): Promise<Book | undefined>;
  set(context: TenantContext, generation: string, book: Book): Promise<void>;
  /** Starts a new generation. */
  renew(context: TenantContext, bookId: string): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

// Outlives the entries: when it is evicted or ends, the next reader starts a new one.
const GENERATION_TTL_FACTOR = 2;
const CURRENT = `redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2], 'NX') return redis.call('GET', KEYS[1])`;

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const current = defineScript(redis, 'currentGeneration', CURRENT);
  const lifeSeconds = ttlSeconds * GENERATION_TTL_FACTOR;
  return {
    async generation({ tenantId }, bookId) {
      return String(
        await guard.run(() => current([`${keyOf(tenantId, bookId)}:generation`], [randomUUID(), lifeSeconds])),
      );
    },
    async get({ tenantId }, bookId, generation) {
      const entry = await guard.run(() => redis.get(`${keyOf(tenantId, bookId)}:${generation}`));
      metrics.cacheLookup(entry ? 'hit' : 'miss', tenantId);
      return entry ? (JSON.parse(entry) as Book) : undefined;
    },
    async set({ tenantId }, generation, book) {
      const ttlMs = Math.round(ttlSeconds * 1000 * (0.9 + Math.random() * 0.2));
      const key = `${keyOf(tenantId, book.id)}:${generation}`;
      await guard.run(() => redis.set(key, JSON.stringify(book), 'PX', ttlMs));
    },
    async renew({ tenantId }, bookId) {
      await redis.set(`${keyOf(tenantId, bookId)}:generation`, randomUUID(), 'EX', lifeSeconds);
    },
  };
}

function keyOf(tenantId: string, bookId: string): string {
  return `book:{${tenantId}:${bookId}}`;
}
