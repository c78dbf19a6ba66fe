import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/** Books by tenant and id. `locked` runs one piece of work per book at a time, over all replicas. */
export interface BookCache {
  get(context: TenantContext, bookId: string): Promise<Book | undefined>;
  set(context: TenantContext, book: Book): Promise<void>;
  drop(context: TenantContext, bookId: string): Promise<void>;
  locked<T>(context: TenantContext, bookId: string, work: () => Promise<T>): Promise<T>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

// A replica that dies while it holds the lock must not stop the others for long.
const LOCK_MS = 2_000;
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`;

export function createBookCache({ redis, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const keyOf = (tenantId: string, bookId: string): string => `book:{${tenantId}:${bookId}}`;
  return {
    async get({ tenantId }, bookId) {
      const entry = await guard.run(() => redis.get(keyOf(tenantId, bookId)));
      return entry ? (JSON.parse(entry) as Book) : undefined;
    },
    async set({ tenantId }, book) {
      await redis.set(keyOf(tenantId, book.id), JSON.stringify(book), 'EX', ttlSeconds);
    },
    async drop({ tenantId }, bookId) {
      await redis.del(keyOf(tenantId, bookId));
    },
    async locked({ tenantId }, bookId, work) {
      const lock = `${keyOf(tenantId, bookId)}:lock`;
      const owner = randomUUID();
      while ((await redis.set(lock, owner, 'PX', LOCK_MS, 'NX')) === null) await sleep(10);
      try {
        return await work();
      } finally {
        await redis.eval(UNLOCK, 1, lock, owner).catch(() => undefined); // Then the lock ends by itself.
      }
    },
  };
}
