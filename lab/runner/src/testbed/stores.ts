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

export async function databasePing(adminUrl: string): Promise<void> {
  const admin = await connectAdmin(adminUrl);
  try {
    await admin.query('SELECT 1');
  } finally {
    await admin.end();
  }
}

/** Throws unless it answers with one of these statuses. */
export async function askPart(part: string, url: string, statuses: readonly number[]): Promise<void> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(limitMs) });
  await answer.text();
  if (!statuses.includes(answer.status)) throw new Error(`${part} answered ${answer.status}.`);
}

export async function storePing(url: string): Promise<void> {
  await withRedis(url, (client) => client.ping());
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
