import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { createPatience } from '../migrations/patience.ts';
import type { Log } from '../platform/logger.ts';
import type { BackfillMetrics } from './backfill-metrics.ts';
import * as repository from './backfill-repository.ts';
import type { BackfillSettings } from './backfill-variables.ts';
import type { Backfill } from './backfills.ts';
import { createWaitForCalm } from './wait-for-calm.ts';

export interface BackfillRun {
  readonly client: pg.Client;
  readonly backfill: Backfill;
  readonly settings: BackfillSettings;
  readonly metrics: BackfillMetrics;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly signal: AbortSignal;
  readonly again?: boolean;
}

const ROWS = 1_000;

/** Shop by shop, in batches in the order of ids. All or nothing: a run that is cut off leaves no shop half filled. */
export async function runBackfill(run: BackfillRun): Promise<void> {
  const { client, backfill, settings, metrics, log, signal, again = false } = run;
  const { name } = backfill;
  const patience = createPatience({ patienceMs: 5_000, signal });
  await patience.until(`The backfill ${name} is running elsewhere.`, () => repository.tryLock(client, name));
  if (backfill.schema) await client.query(backfill.schema);
  const pause = async (ms: number) => {
    await sleep(ms, undefined, { signal }).catch(() => {}); // Told to stop: the next look says so.
  };
  const waitForCalm = createWaitForCalm({ client, name, limits: settings, metrics, log, signal, pause });
  if (again) await repository.startAgain(client, name);
  await client.query('BEGIN');
  const { finished, tenantId: begun, rowId: place } = await repository.openCheckpoint(client, name);
  if (!finished) {
    let [tenantId, rowId] = [begun ?? (await repository.nextTenant(client, null)) ?? null, place];
    while (tenantId !== null) {
      await waitForCalm();
      await repository.actAs(client, tenantId);
      for (;;) {
        const startedAtMs = performance.now();
        const rows = Math.min(ROWS, settings.rowsMax);
        const result = await repository.runBatch(client, backfill, { tenantId, rowId, rows });
        if (!result) break;
        metrics.batch({ ...result, tookMs: performance.now() - startedAtMs });
        rowId = result.rowId;
        await pause(settings.pauseMs);
      }
      rowId = null;
      tenantId = (await repository.nextTenant(client, tenantId)) ?? null;
    }
    await repository.finish(client, name);
  }
  await client.query('COMMIT');
  log.info({ backfill: name }, finished ? 'backfill has ended before' : 'backfill ended');
}
