import { Redis } from 'ioredis';
import type { Log } from '../../platform/logger.ts';

/** Behind the limit of the guard, which every request waits for. It ends handshakes too. */
const COMMAND_TIMEOUT_MS = 3_000;
/** A connection that is silent for this long is replaced: answers that come late would meet the wrong questions. */
const SOCKET_TIMEOUT_MS = 4_000;
const RECONNECT_CAP_MS = 500;

/** A client for the limits store. It says no at once instead of queueing, and never sends a command twice. */
export function createLimitsClient({ url, log }: { url: string; log: Log }): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    connectTimeout: 1_000,
    // Varied, so that all replicas do not come back in one moment.
    retryStrategy: (attempt) => Math.round(Math.min(25 * 2 ** attempt, RECONNECT_CAP_MS) * (0.5 + Math.random() / 2)),
    // Limits are few and short-lived: a server that answers has all of them.
    enableReadyCheck: false,
    disableClientInfo: true,
    connectionName: 'shelfwise-limits',
  });
  // The limiter reports an outage once. This is for who looks into it.
  redis.on('error', (error: Error) => log.debug({ err: error }, 'connection to the limits store failed'));
  return redis;
}
