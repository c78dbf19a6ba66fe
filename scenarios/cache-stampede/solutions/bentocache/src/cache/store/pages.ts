import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import type { Redis } from 'ioredis';

/** Texts by key, each made once at a time in this process: format, expiry and locks are bentocache's. */
export interface Pages {
  /** `load` says what is to be kept, and for how long. Rejects with what it throws. */
  getOrMake(key: string, load: () => Promise<{ readonly text: string; readonly ttlMs: number }>): Promise<string>;
}

/** In Redis; without one in memory, for a single process. */
export function createPages(redis?: Redis): Pages {
  const layer = redis
    ? bentostore().useL2Layer(redisDriver({ connection: redis }))
    : bentostore().useL1Layer(memoryDriver({}));
  const pages = new BentoCache({
    default: 'pages',
    prefix: 'pages',
    // Without a layer in memory the library's default is to fail the read when the store fails.
    suppressL2Errors: true,
    stores: { pages: layer },
  });
  return {
    async getOrMake(key, load) {
      try {
        return await pages.getOrSet({
          key,
          ttl: 5_000,
          factory: async (page) => {
            const { text, ttlMs } = await load();
            page.setOptions({ ttl: ttlMs });
            return text;
          },
        });
      } catch (error) {
        // The library wraps what a factory throws.
        throw error instanceof Error && error.cause !== undefined ? error.cause : error;
      }
    },
  };
}
