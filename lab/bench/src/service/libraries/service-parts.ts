import { once } from 'node:events';
import { exported, importService } from './load-module.ts';

/** What the contenders need of a Redis client. */
export interface RedisClient {
  readonly status: string;
  once(event: string, listener: () => void): unknown;
  disconnect(): void;
}

type Log = Readonly<Record<'debug' | 'info' | 'warn' | 'error' | 'fatal', () => void>>;

export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
};

/** Where the contenders work: ShelfWise's code, and a Redis. */
export interface RacePlace {
  readonly codeDir: string;
  readonly url: string;
}

/** A client as ShelfWise has it for its cache. All contenders get the same kind: only their own work differs. */
export async function connect({ codeDir, url }: RacePlace): Promise<RedisClient> {
  type Create = (settings: { readonly url: string; readonly log: Log }) => RedisClient;
  const create = exported<Create>(await importService(codeDir, 'platform/redis.ts'), 'createCacheClient');
  const redis = create({ url, log: silent });
  if (redis.status !== 'ready') await once(redis as unknown as NodeJS.EventEmitter, 'ready');
  return redis;
}

/** Metrics of one process: each contender has its own, since a name can be registered once. */
export async function createMetrics({ codeDir }: RacePlace): Promise<{ readonly registry: unknown }> {
  type Create = () => { readonly registry: unknown };
  return exported<Create>(await importService(codeDir, 'platform/metrics.ts'), 'createMetrics')();
}
