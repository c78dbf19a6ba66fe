import type { CacheStoreHandle } from '@lab/sdk';
import { Redis } from 'ioredis';

/** The lab's own connection to the cache store, past Toxiproxy. */
export function openCacheStore(url: string): CacheStoreHandle & AsyncDisposable {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: 3_000, connectTimeout: 3_000 });
  // Reported by the command under way; without a listener ioredis prints to the terminal.
  redis.on('error', () => undefined);
  return {
    command: (name, ...args) => redis.call(name, ...args.map(String)),
    keys: async (limit) => {
      const found: { key: string; ttlMs: number }[] = [];
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'COUNT', 500);
        cursor = next;
        const pipeline = redis.pipeline();
        for (const key of keys) pipeline.pttl(key);
        const replies = (await pipeline.exec()) ?? [];
        keys.forEach((key, index) => {
          found.push({ key, ttlMs: Number(replies[index]?.[1] ?? -2) });
        });
      } while (cursor !== '0' && found.length < limit);
      // −2: the key ended between SCAN and PTTL.
      return found.filter((entry) => entry.ttlMs !== -2).slice(0, limit);
    },
    [Symbol.asyncDispose]: async () => {
      redis.disconnect();
    },
  };
}
