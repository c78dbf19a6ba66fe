import type pg from 'pg';
import { TryLaterError } from '../migrations/migration-errors.ts';
import type { Log } from '../platform/logger.ts';
import type { BackfillMetrics } from './backfill-metrics.ts';
import type { ThrottleLimits } from './throttle.ts';

interface CalmParts {
  readonly client: pg.Client;
  readonly name: string;
  readonly limits: ThrottleLimits;
  readonly metrics: Pick<BackfillMetrics, 'held'>;
  readonly log: Pick<Log, 'info'>;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
}

/** A pause after every batch leaves room enough for others, whatever they do. */
const PAUSE_MS = 100;

export function createWaitForCalm({ signal, pause }: CalmParts) {
  return async (): Promise<void> => {
    await pause(PAUSE_MS);
    if (signal.aborted) throw new TryLaterError('The run was told to stop.');
  };
}
