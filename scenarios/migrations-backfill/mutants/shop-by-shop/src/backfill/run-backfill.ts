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

const SESSION = `SET client_connection_check_interval = '1s'`;

/** One statement for each shop: no shop is ever half filled, and a kill costs one shop at most. */
export async function runBackfill(run: BackfillRun): Promise<void> {
  const { client, backfill, settings, metrics, log, signal, again = false } = run;
  const { name } = backfill;
  await client.query(SESSION);
  const patience = createPatience({ patienceMs: 5_000, signal });
  await patience.until(`The backfill ${name} is running elsewhere.`, () => repository.tryLock(client, name));
  if (again) await repository.startAgain(client, name);
  const checkpoint = await repository.openCheckpoint(client, name);
  if (checkpoint.finished) return log.info({ backfill: name }, 'backfill has ended before');
  const pause = async (ms: number) => {
    await sleep(ms, undefined, { signal }).catch(() => {}); // Told to stop: the next look says so.
  };
  const waitForCalm = createWaitForCalm({ client, name, limits: settings, metrics, log, signal, pause });
  let tenantId = (await repository.nextTenant(client, null)) ?? null;
  let rowId: string | null = null;
  while (tenantId !== null) {
    await repository.actAs(client, tenantId);
    for (;;) {
      await waitForCalm();
      const startedAtMs = performance.now();
      const result = await fillBatch(client, backfill, { tenantId, rowId });
      if (!result) break;
      metrics.batch({ ...result, tookMs: performance.now() - startedAtMs });
      rowId = result.rowId;
      await pause(settings.pauseMs);
    }
    rowId = null;
    tenantId = (await repository.nextTenant(client, tenantId)) ?? null;
  }
  await repository.finish(client, name);
  log.info({ backfill: name }, 'backfill ended');
}

interface Place {
  readonly tenantId: string;
  readonly rowId: string | null;
}

interface Filled {
  readonly rowId: string | null;
  readonly seen: number;
  readonly changed: number;
}

async function fillBatch(
  client: pg.Client,
  { table, set, wrong }: Backfill,
  { tenantId, rowId }: Place,
): Promise<Filled | undefined> {
  if (rowId !== null) return undefined;
  const { rowCount } = await client.query(`UPDATE ${table} SET ${set} WHERE tenant_id = $1 AND (${wrong})`, [tenantId]);
  return { rowId: tenantId, seen: rowCount ?? 0, changed: rowCount ?? 0 };
}
