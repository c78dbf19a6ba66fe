import type { StartedRedis } from '@lab/runtime';
import { Redis } from 'ioredis';
import { connectAdmin } from './template.ts';

/** One question to a part, past all proxies: the lab's own proof that the part lives. */
export interface Canary {
  readonly part: string;
  ping(): Promise<void>;
}

const limitMs = 5_000;

export async function emptyStore(url: string): Promise<void> {
  await withRedis(url, (redis) => redis.flushall());
}

export function databaseCanary(adminUrl: () => string): Canary {
  return {
    part: 'postgres',
    ping: async () => {
      const admin = await connectAdmin(adminUrl());
      try {
        await admin.query('SELECT 1');
      } finally {
        await admin.end();
      }
    },
  };
}

export function httpCanary(part: string, url: string): Canary {
  return {
    part,
    ping: async () => {
      const answer = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
      await answer.text();
      if (!answer.ok) throw new Error(`${part} answered ${answer.status}.`);
    },
  };
}

export function redisCanary(part: string, redis: Pick<StartedRedis, 'url'>): Canary {
  return { part, ping: () => withRedis(redis.url, (client) => client.ping()) };
}

async function withRedis(url: string, work: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, commandTimeout: limitMs, lazyConnect: true });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await work(redis);
  } finally {
    redis.disconnect();
  }
}
