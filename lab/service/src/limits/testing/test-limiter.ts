import { Registry } from 'prom-client';
import { type LogLine, recordingLog } from '../../testing/recording-log.ts';
import { createLimitMetrics } from '../store/limit-metrics.ts';
import { createLimitStore } from '../store/limit-store.ts';
import { createLimiter, type Limiter } from '../store/limiter.ts';
import { createLimitsClient } from '../store/limits-client.ts';
import { createLocalCeiling } from '../store/local-ceiling.ts';

export interface TestLimiter extends Disposable {
  readonly limiter: Limiter;
  readonly logs: readonly LogLine[];
  readonly registry: Registry;
}

interface TestReplica {
  readonly url: string;
  readonly processes?: number;
  /** Long, unless a test is about it: a busy machine takes its time, and then the store is not asked at all. */
  readonly storeTimeoutMs?: number;
}

/** A limiter as one replica has it, with a connection of its own. */
export async function connectTestLimiter({ url, processes = 3, storeTimeoutMs = 5_000 }: TestReplica) {
  const logs: LogLine[] = [];
  const log = recordingLog(logs);
  const registry = new Registry();
  const redis = createLimitsClient({ url, log });
  if (redis.status !== 'ready') await new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  const limiter = createLimiter({
    store: createLimitStore(redis),
    ceiling: createLocalCeiling({ processes, factor: 2 }),
    metrics: createLimitMetrics(registry),
    log,
    storeTimeoutMs,
  });
  return { limiter, logs, registry, [Symbol.dispose]: () => redis.disconnect() } satisfies TestLimiter;
}

/** Log lines that an operator sees. */
export function visible(logs: readonly LogLine[]): string[] {
  return logs.filter(({ level }) => level !== 'debug').map(({ level, message }) => `${level}: ${message}`);
}
