import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { defineScript } from '../platform/redis-script.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/** Books by tenant and id. An entry is only ever replaced by a newer version. All reject when the cache is away. */
export interface BookCache {
  get(context: TenantContext, bookId: string): Promise<Book | undefined>;
  /** Stores the book unless a newer version is there. */
  offer(context: TenantContext, book: Book): Promise<void>;
  /** As `offer`, for readers: gives up sooner. */
  fill(context: TenantContext, book: Book): Promise<void>;
  /** Marks the book as being changed: until the version after it is offered, nobody is served from the cache. */
  announce(context: TenantContext, book: Pick<Book, 'id' | 'version'>): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

// KEYS: the entry, a hash of version and book. A change under way raises the version it waits for.
const GET = `local found = redis.call('HMGET', KEYS[1], 'version', 'awaits', 'book')
  if not found[3] or (found[2] and tonumber(found[2]) > tonumber(found[1])) then return false end
  return found[3]`;
const OFFER = `local found = redis.call('HMGET', KEYS[1], 'version', 'awaits')
  local version = tonumber(ARGV[1])
  if found[1] and tonumber(found[1]) >= version then return 0 end
  if found[2] and tonumber(found[2]) > version then return 0 end
  redis.call('HSET', KEYS[1], 'version', ARGV[1], 'book', ARGV[2])
  return redis.call('PEXPIRE', KEYS[1], ARGV[3])`;
const ANNOUNCE = `local awaits = tonumber(redis.call('HGET', KEYS[1], 'awaits') or '0')
  if awaits < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'awaits', ARGV[1]) end
  if redis.call('HEXISTS', KEYS[1], 'version') == 0 then redis.call('HSET', KEYS[1], 'version', '0') end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

export function createBookCache({ redis, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const get = defineScript(redis, 'getBook', GET);
  const offer = defineScript(redis, 'offerBook', OFFER);
  const announce = defineScript(redis, 'announceBook', ANNOUNCE);
  const keyOf = (tenantId: string, bookId: string): string => `book:{${tenantId}:${bookId}}`;
  const store: BookCache['offer'] = async ({ tenantId }, book) => {
    await offer([keyOf(tenantId, book.id)], [book.version, JSON.stringify(book), ttlSeconds * 1000]);
  };
  return {
    async get({ tenantId }, bookId) {
      const entry = await guard.run(() => get([keyOf(tenantId, bookId)]));
      return typeof entry === 'string' ? (JSON.parse(entry) as Book) : undefined;
    },
    offer: store,
    fill: (context, book) => guard.run(() => store(context, book)),
    async announce({ tenantId }, { id, version }) {
      await announce([keyOf(tenantId, id)], [version, ttlSeconds * 1000]);
    },
  };
}
