import { randomUUID } from 'node:crypto';
import { BentoCache, bentostore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import type { Redis } from 'ioredis';
import { CACHE_CLASSES, NOTHING_TTL_MS } from './cache-kind.ts';
import type { LoadCap } from './loads/load-cap.ts';
import type { TaggedCache } from './tagged-cache.ts';

/** Single flight, expiry and tags are the library's. */
export function createPageCache(redis: Redis, loads: LoadCap): TaggedCache {
  const layer = bentostore().useL2Layer(redisDriver({ connection: redis }));
  const pages = new BentoCache({ default: 'pages', prefix: 'pages', suppressL2Errors: true, stores: { pages: layer } });
  return {
    async read({ kind, scope, id, tags, load }) {
      const value = await pages.getOrSet({
        key: `${scope}:${kind.name}.${kind.version}:${id}`,
        ttl: CACHE_CLASSES[kind.cacheClass].ttlMs,
        tags: tags.map((tag) => `${scope}:${tag}`),
        factory: async (page) => {
          const loaded = await loads.run(load);
          if (loaded === undefined) page.setOptions({ ttl: NOTHING_TTL_MS });
          return loaded ?? null;
        },
      });
      return { value: value === null ? undefined : kind.schema.parse(value), settled: true };
    },
    block: async () => randomUUID(),
    async unblock(scope, tags) {
      return await pages.deleteByTag({ tags: tags.map((tag) => `${scope}:${tag}`) });
    },
  };
}
