import type { Redis } from 'ioredis';
import type { Log } from '../platform/logger.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { TenantContext } from '../platform/request-context.ts';
import type { Book } from './book.ts';

/**
 * Copies in the process. A change is told to every process. One that has lost its connection, or has heard nothing for
 * a second, may have missed something: it serves none of its copies.
 */
export interface BookCache {
  get(context: TenantContext, bookId: string): Book | undefined;
  set(context: TenantContext, book: Book): void;
  /** How many changes this process has been told of. */
  told(): number;
  tell(context: TenantContext, bookId: string): Promise<void>;
}

interface BookCacheParts {
  readonly redis: Redis;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly ttlSeconds: number;
}

const CHANNEL = 'books:changed';
const BEAT_MS = 250;
const SILENCE_MS = 1_000;
const COPIES_MAX = 2_000;

export function createBookCache({ redis, metrics, ttlSeconds }: BookCacheParts): BookCache {
  const copies = new Map<string, { readonly book: Book; readonly untilMs: number }>();
  let told = 0;
  let heardMs = 0;
  const bus = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null });
  bus.on('error', () => undefined); // Reported by the main connection.
  bus.on('close', () => copies.clear());
  bus.subscribe(CHANNEL).catch(() => undefined); // Repeated by the client when it is back.
  bus.on('message', (_channel, key) => {
    if (Date.now() - heardMs > SILENCE_MS) copies.clear();
    heardMs = Date.now();
    if (key !== '') told += 1;
    copies.delete(key);
  });
  setInterval(() => redis.publish(CHANNEL, '').catch(() => undefined), BEAT_MS).unref();
  return {
    get({ tenantId }, bookId) {
      const hears = bus.status === 'ready' && Date.now() - heardMs <= SILENCE_MS;
      const copy = hears ? copies.get(`${tenantId}:${bookId}`) : undefined;
      const book = copy && copy.untilMs > Date.now() ? copy.book : undefined;
      metrics.cacheLookup(book ? 'hit' : 'miss', tenantId);
      return book;
    },
    set({ tenantId }, book) {
      if (copies.size >= COPIES_MAX) copies.clear();
      copies.set(`${tenantId}:${book.id}`, { book, untilMs: Date.now() + ttlSeconds * 1000 });
    },
    told: () => told,
    async tell({ tenantId }, bookId) {
      await redis.publish(CHANNEL, `${tenantId}:${bookId}`);
    },
  };
}
