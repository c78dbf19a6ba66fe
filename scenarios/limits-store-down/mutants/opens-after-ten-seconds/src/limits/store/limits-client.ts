import { Redis } from 'ioredis';
import type { Log } from '../../platform/logger.ts';

/** A client for the limits store. It connects by itself again, and commands wait until it has. */
export function createLimitsClient({ url, log }: { url: string; log: Log }): Redis {
  const redis = new Redis(url, { disableClientInfo: true, connectionName: 'shelfwise-limits' });
  // The limiter reports an outage once. This is for who looks into it.
  redis.on('error', (error: Error) => log.debug({ err: error }, 'connection to the limits store failed'));
  return redis;
}
