import { Redis } from 'ioredis';
import type { Log } from '../../platform/logger.ts';

/** Of one attempt: the limiter asks again. */
const COMMAND_TIMEOUT_MS = 2_000;

/** A client for the limits store. */
export function createLimitsClient({ url, log }: { url: string; log: Log }): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    disableClientInfo: true,
    connectionName: 'shelfwise-limits',
  });
  redis.on('error', (error: Error) => log.debug({ err: error }, 'connection to the limits store failed'));
  return redis;
}
