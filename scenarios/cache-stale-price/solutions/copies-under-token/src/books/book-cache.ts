import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/**
 * Each process keeps copies of books. The cache keeps one token for each book, a random word that every change
 * replaces. A copy counts only while the token that was asked for before its row was read is the one in the cache.
 */
export interface BookCache {
  tokenOf(context: TenantContext, bookId: string): Promise<string>;
  copyUnder(context: TenantContext, bookId: string, token: string): Book | undefined;
  keep(context: TenantContext, book: Book, token: string): void;
  replaceToken(context: TenantContext, bookId: string): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

interface Copy {
  readonly token: string;
  readonly book: Book;
  readonly untilMs: number;
}

const COPIES_MAX = 5_000;

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const copies = new Map<string, Copy>();
  const lifeMs = (): number => Math.round(ttlSeconds * 1000 * (0.9 + Math.random() * 0.2));
  return {
    async tokenOf({ tenantId }, bookId) {
      const fresh = randomUUID();
      const known = await guard.run(() => redis.set(keyOf(tenantId, bookId), fresh, 'PX', 2 * lifeMs(), 'NX', 'GET'));
      return known ?? fresh;
    },
    copyUnder({ tenantId }, bookId, token) {
      const copy = copies.get(keyOf(tenantId, bookId));
      const book = copy?.token === token && copy.untilMs > Date.now() ? copy.book : undefined;
      metrics.cacheLookup(book ? 'hit' : 'miss', tenantId);
      return book;
    },
    keep({ tenantId }, book, token) {
      if (copies.size >= COPIES_MAX) copies.clear();
      copies.set(keyOf(tenantId, book.id), { token, book, untilMs: Date.now() + lifeMs() });
    },
    async replaceToken({ tenantId }, bookId) {
      await redis.set(keyOf(tenantId, bookId), randomUUID(), 'PX', 2 * lifeMs());
    },
  };
}

function keyOf(tenantId: string, bookId: string): string {
  return `book:{${tenantId}:${bookId}}:token`;
}
