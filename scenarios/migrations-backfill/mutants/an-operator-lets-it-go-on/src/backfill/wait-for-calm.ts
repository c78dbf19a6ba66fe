import type pg from 'pg';
import { TryLaterError } from '../migrations/migration-errors.ts';
import type { Log } from '../platform/logger.ts';
import type { BackfillMetrics } from './backfill-metrics.ts';
import { setPaused } from './backfill-repository.ts';
import { readSignals } from './read-signals.ts';
import { createThrottle, type HoldReason, type ThrottleLimits } from './throttle.ts';

interface CalmParts {
  readonly client: pg.Client;
  readonly name: string;
  readonly limits: ThrottleLimits;
  readonly metrics: Pick<BackfillMetrics, 'held'>;
  readonly log: Pick<Log, 'info'>;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
}

/** Soon enough to see the end of a busy time, seldom enough to be no load. */
const POLL_MS = 250;

/** Returns a function that resolves when the database has time for a batch. It throws TryLaterError when told to stop. */
export function createWaitForCalm({ client, name, limits, metrics, log, signal, pause }: CalmParts) {
  const throttle = createThrottle(limits);
  let holding: HoldReason | undefined;

  return async (): Promise<void> => {
    for (;;) {
      if (signal.aborted) throw new TryLaterError('The run was told to stop.');
      const signals = await readSignals(client, name);
      const reason = throttle.decide(signals);
      if (reason !== holding) {
        // Whoever was called because the shop is slow decides when it is over.
        if (reason) await setPaused(client, name, true);
        if (reason) log.info({ backfill: name, reason, ...signals }, 'backfill holds');
        else log.info({ backfill: name }, 'backfill goes on');
      }
      holding = reason;
      if (reason === undefined) return;
      metrics.held(reason, POLL_MS);
      await pause(POLL_MS);
    }
  };
}
