import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
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
const SESSION = `SET lock_timeout = 200; SET statement_timeout = 900; SET client_connection_check_interval = '1s'`;

/** In the order of ids, for a few seconds at most: a deploy must come to an end. */
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
  let { tenantId, rowId } = checkpoint;
  tenantId ??= (await repository.nextTenant(client, null)) ?? null;
  while (tenantId !== null) {
    await repository.actAs(client, tenantId);
    for (;;) {
      await waitForCalm();
      const startedAtMs = performance.now();
      if (startedAtMs > 4_000) return log.info({ backfill: name }, 'the rest will follow');
      const result: Filled | 'undone' | undefined = await fillBatch(client, backfill, { tenantId, rowId }).catch(
        whenUndone,
      );
      if (result === undefined) break;
      if (result !== 'undone') {
        metrics.batch({ ...result, tookMs: performance.now() - startedAtMs });
        rowId = result.rowId;
      }
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

async function fillBatch(client: pg.Client, backfill: Backfill, place: Place): Promise<Filled | undefined> {
  return await repository.runBatch(client, backfill, { ...place, rows: ROWS });
}

/** The batch met a lock or took too long; nothing of it remains. */
function whenUndone(error: unknown): 'undone' {
  if (error instanceof pg.DatabaseError && ['55P03', '40P01', '57014'].includes(error.code ?? '')) return 'undone';
  throw error;
}
