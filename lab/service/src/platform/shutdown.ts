import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { ServiceConfig } from './config.ts';
import type { Drain } from './drain.ts';
import type { Log } from './logger.ts';
import type { Pool } from './postgres.ts';

interface StopParts {
  readonly config: Pick<ServiceConfig, 'shutdownDelayMs' | 'shutdownTimeoutMs'>;
  readonly log: Log;
  readonly drain: Drain;
  readonly main: Server;
  readonly internal: Server;
  readonly pools: readonly Pool[];
  readonly redis: Redis;
}

const CLOSE_LIMIT_MS = 2_000;

/** Connections close last: requests in flight still need them. Resolves with the number of requests that were cut off. */
export async function stopInOrder({ config, log, drain, main, internal, pools, redis }: StopParts): Promise<number> {
  const startedAtMs = performance.now();
  drain.begin();
  log.info({ delayMs: config.shutdownDelayMs }, 'draining');
  // Time for the load balancer to see that this replica is no longer ready, while it still accepts.
  await sleep(config.shutdownDelayMs);
  const cutOff = await drain.finish(main, config.shutdownTimeoutMs);
  redis.disconnect();
  await Promise.race([Promise.all(pools.map((pool) => pool.end())), sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
  internal.close();
  internal.closeAllConnections();
  log.info({ cutOff, durationMs: Math.round(performance.now() - startedAtMs) }, 'service stopped');
  return cutOff;
}
