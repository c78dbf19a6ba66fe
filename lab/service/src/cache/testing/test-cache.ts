import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Registry } from 'prom-client';
import * as z from 'zod';
import { createCacheClient, waitUntilConnected } from '../../platform/redis.ts';
import { recordingLog } from '../../testing/recording-log.ts';
import { createCacheMetrics } from '../cache-metrics.ts';
import { createLoadCap, type LoadCap } from '../loads/load-cap.ts';
import { type CacheStore, createCacheStore } from '../store/cache-store.ts';
import { type CacheAnswer, createTaggedCache, type TaggedCache } from '../tagged-cache.ts';

const kind = { name: 'word', version: 1, cacheClass: 'dynamic', schema: z.string() } as const;

/** What one replica has of the cache. */
export interface TestCache extends AsyncDisposable {
  readonly redis: Redis;
  readonly store: CacheStore;
  readonly cache: TaggedCache;
  readonly loads: LoadCap;
  read(scope: string, load: () => Promise<string | undefined>, id?: string): Promise<CacheAnswer<string>>;
  /** All keys of a scope. */
  keysOf(scope: string): Promise<readonly string[]>;
}

/** The tag that `read` uses. */
export const TAG = 'tag';

/** A scope that no other test uses. */
export const newScope = (): string => randomUUID();

export async function connectTestCache(url: string, { loadsMax = 5 } = {}): Promise<TestCache> {
  const log = recordingLog([]);
  const redis = createCacheClient({ url, log });
  await waitUntilConnected(redis, 2_000);
  const store = createCacheStore(redis);
  const loads = createLoadCap({ loadsMax });
  const metrics = createCacheMetrics(new Registry(), loads.running);
  const cache = createTaggedCache({ store, loads, metrics, log });
  return {
    redis,
    store,
    cache,
    loads,
    read: (scope, load, id = 'a') => cache.read({ kind, scope, id, tags: [TAG], load }),
    keysOf: async (scope) => {
      const keys: string[] = [];
      for await (const batch of redis.scanStream({ match: `cache:{${scope}}:*`, count: 10_000 })) keys.push(...batch);
      return keys;
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
}
