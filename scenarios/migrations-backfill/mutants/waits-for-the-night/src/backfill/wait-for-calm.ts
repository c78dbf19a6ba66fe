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

const POLL_MS = 250;
const OTHERS = `
  SELECT count(*)::integer AS others FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()`;

/** Returns a function that resolves when nobody else is connected, so that nobody can be disturbed. */
export function createWaitForCalm({ client, name, metrics, log, signal, pause }: CalmParts) {
  return async (): Promise<void> => {
    for (let isTold = false; ; isTold = true) {
      if (signal.aborted) throw new TryLaterError('The run was told to stop.');
      const { rows } = await client.query<{ others: number }>(OTHERS);
      if (rows[0]?.others === 0) return;
      if (!isTold) log.info({ backfill: name, others: rows[0]?.others }, 'backfill waits for the night');
      metrics.held('transactions', POLL_MS);
      await pause(POLL_MS);
    }
  };
}
