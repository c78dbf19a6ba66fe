import { Redis } from 'ioredis';
import type { Log } from './logger.ts';

/**
 * A client for a cache: it says no at once instead of queueing. A command that waits for a reconnection would be
 * sent long after its caller gave up. A command that timed out may still be carried out by the server.
 */
export function createCacheClient({ url, log }: { url: string; log: Log }): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    commandTimeout: 500,
    connectTimeout: 1_000,
    retryStrategy: (attempt) => Math.min(20 * attempt, 100),
    // A cache has no data to load, so being connected is being ready.
    enableReadyCheck: false,
    disableClientInfo: true,
    connectionName: 'shelfwise',
  });
  logChanges(redis, log);
  return redis;
}

/** Waits until the client is connected, at most `timeoutMs`. Never fails: the service works without its cache. */
export async function waitUntilConnected(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      redis.off('ready', done).off('error', done);
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    redis.on('ready', done).on('error', done);
  });
}

/** One line per change of state: an outage causes an error every 100 ms. */
function logChanges(redis: Redis, log: Log): void {
  let available: boolean | undefined;
  redis.on('ready', () => {
    if (available === false) log.info({}, 'cache available again');
    available = true;
  });
  redis.on('error', (error: Error) => {
    if (available !== false) log.warn({ err: error }, 'cache unavailable');
    available = false;
  });
}
