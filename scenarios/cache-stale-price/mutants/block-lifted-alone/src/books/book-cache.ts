import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createCacheGuard } from '../platform/cache-guard.ts';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import { defineScript } from '../platform/redis-script.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/**
 * A miss carries the lease to fill with. Who waits has the same one, but somebody else is about to fill with it.
 * Blocked: the book is being changed, so read the database and fill nothing.
 */
export type Lookup = { state: 'hit'; book: Book } | { state: 'miss' | 'wait'; lease: string } | { state: 'blocked' };

/**
 * Books by tenant and id. A change is enclosed by `block` and `unblock`; in between nobody is served from the cache.
 * A book that was read before a change cannot be cached after it, however late it arrives: the change voids its lease.
 * When `block` rejects, the change must not be made. All reject when the cache is unreachable or too slow.
 */
export interface BookCache {
  lookup(context: TenantContext, bookId: string): Promise<Lookup>;
  fill(context: TenantContext, lease: string, book: Book): Promise<void>;
  block(context: TenantContext, bookId: string): Promise<string>;
  unblock(context: TenantContext, bookId: string, writer: string): Promise<void>;
}

type BookCacheParts = { redis: Redis; metrics: Metrics; log: Log; ttlSeconds: number };

const LEASE_MS = 10_000;
const FILL_SOON_MS = 250; // Whoever took the lease so long ago, and has not filled, is not waited for.
const BLOCK_MS = 30_000; // Outlives the longest transaction, so a writer that dies half way leaves no gap.

// KEYS: the entry, its lease, its writers by the end of their block. One that ends does not lift the block of another.
const NOW = `local time = redis.call('TIME') local now = time[1] * 1000 + math.floor(time[2] / 1000)`;
const LOOKUP = `${NOW}
  if redis.call('ZCOUNT', KEYS[3], now, '+inf') > 0 then return {'blocked'} end
  local entry = redis.call('GET', KEYS[1])
  if entry then return {'hit', entry} end
  if redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2], 'NX') then return {'miss', ARGV[1]} end
  local isNew = redis.call('PTTL', KEYS[2]) > ARGV[2] - ARGV[3]
  return {isNew and 'wait' or 'miss', redis.call('GET', KEYS[2])}`;
const FILL = `
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  return redis.call('DEL', KEYS[2])`;
const BLOCK = `${NOW}
  redis.call('ZADD', KEYS[3], now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[3], ARGV[2])
  return redis.call('DEL', KEYS[1], KEYS[2])`;
// Nothing could be filled while it stood, so there is nothing to drop.
const UNBLOCK = `return redis.call('ZREM', KEYS[3], ARGV[1])`;

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const guard = createCacheGuard();
  const lookup = defineScript(redis, 'lookupBook', LOOKUP);
  const fill = defineScript(redis, 'fillBook', FILL);
  const block = defineScript(redis, 'blockBook', BLOCK);
  const unblock = defineScript(redis, 'unblockBook', UNBLOCK);

  const failed = (operation: string) => (error: unknown) => {
    metrics.cacheFailure(operation);
    throw error;
  };

  return {
    async lookup({ tenantId }, bookId) {
      const keys = keysOf(tenantId, bookId);
      const reply = await guard.run(() => lookup(keys, [randomUUID(), LEASE_MS, FILL_SOON_MS])).catch(failed('lookup'));
      const result = parseLookup(reply as readonly string[]);
      metrics.cacheLookup(result.state === 'wait' ? 'miss' : result.state, tenantId);
      return result;
    },
    async fill({ tenantId }, lease, book) {
      // ± 10 %, so that entries filled together do not expire together.
      const ttlMs = Math.round(ttlSeconds * 1000 * (0.9 + Math.random() * 0.2));
      const entry = [lease, JSON.stringify(book), ttlMs];
      await guard.run(() => fill(keysOf(tenantId, book.id), entry)).catch(failed('fill'));
    },
    async block({ tenantId }, bookId) {
      const [keys, writer] = [keysOf(tenantId, bookId), randomUUID()];
      await block(keys, [writer, BLOCK_MS]).catch((error: unknown) => {
        // The block may still arrive, late. The same connection delivers this after it; if not, the block lapses.
        unblock(keys, [writer]).catch(() => {});
        return failed('block')(error);
      });
      return writer;
    },
    async unblock({ tenantId }, bookId, writer) {
      await unblock(keysOf(tenantId, bookId), [writer]).catch(failed('unblock'));
    },
  };
}

/** The braces keep a book's keys in one slot of a cluster, as scripts need. */
function keysOf(tenantId: string, bookId: string): readonly string[] {
  const entry = `book:{${tenantId}:${bookId}}`;
  return [entry, `${entry}:lease`, `${entry}:writers`];
}

function parseLookup([state, value = '']: readonly string[]): Lookup {
  if (state === 'hit') return { state, book: JSON.parse(value) as Book };
  return state === 'miss' || state === 'wait' ? { state, lease: value } : { state: 'blocked' };
}
