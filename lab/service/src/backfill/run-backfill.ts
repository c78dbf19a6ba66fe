import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { TryLaterError } from '../migrations/migration-errors.ts';
import { createPatience } from '../migrations/patience.ts';
import type { Log } from '../platform/logger.ts';
import type { BackfillMetrics } from './backfill-metrics.ts';
import * as repository from './backfill-repository.ts';
import type { BackfillSettings } from './backfill-variables.ts';
import type { Backfill } from './backfills.ts';
import { nextBatchRows, smallerBatchRows } from './batch-size.ts';
import { createWaitForCalm } from './wait-for-calm.ts';

export interface BackfillRun {
  /** A connection of its own, as the owner of the table. */
  readonly client: pg.Client;
  readonly backfill: Backfill;
  readonly settings: BackfillSettings;
  readonly metrics: BackfillMetrics;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly signal: AbortSignal;
  /** Begins anew when it has ended before. */
  readonly again?: boolean;
  /** How long one row may be held by somebody else, in all its attempts. */
  readonly stuckMs?: number;
}

const LOCK_PATIENCE_MS = 5_000;
const DEFAULT_STUCK_MS = 60_000;
/** A batch waits for rows that others hold, and others wait for the rows that it holds. */
const SESSION = `
  SET lock_timeout = 200; SET statement_timeout = 900; SET client_connection_check_interval = '1s'`;
const LOCK_NOT_AVAILABLE = '55P03';
const DEADLOCK_DETECTED = '40P01';
const QUERY_CANCELED = '57014';

/**
 * Brings every row up to date, tenant by tenant in the order of ids, and yields to other work. Goes on where an earlier
 * run ended, in whatever way it did. Resolves at once when it has ended before. Throws TryLaterError.
 */
export async function runBackfill(run: BackfillRun): Promise<void> {
  const { client, backfill, log, signal, again = false } = run;
  const { name } = backfill;
  await client.query(SESSION);
  // The connection of a runner that was killed may take a second to end.
  const patience = createPatience({ patienceMs: LOCK_PATIENCE_MS, signal });
  await patience.until(`The backfill ${name} is running elsewhere.`, () => repository.tryLock(client, name));
  if (again) await repository.startAgain(client, name);
  const checkpoint = await repository.openCheckpoint(client, name);
  if (checkpoint.finished) return log.info({ backfill: name }, 'backfill has ended before');
  log.info({ backfill: name, afterTenant: checkpoint.tenantId, afterRow: checkpoint.rowId }, 'backfill started');

  const work = createWork(run, checkpoint.batchRows);
  let { tenantId, rowId } = checkpoint;
  tenantId ??= (await repository.nextTenant(client, null)) ?? null;
  while (tenantId !== null) {
    await repository.actAs(client, tenantId);
    await work.tenant(tenantId, rowId);
    rowId = null;
    tenantId = (await repository.nextTenant(client, tenantId)) ?? null;
  }
  await repository.finish(client, name);
  log.info({ backfill: name }, 'backfill ended');
}

function createWork(run: BackfillRun, firstRows: number) {
  const { client, backfill, settings, metrics, log, signal, stuckMs = DEFAULT_STUCK_MS } = run;
  const pause = async (ms: number) => {
    await sleep(ms, undefined, { signal }).catch(() => {}); // Told to stop: the next look says so.
  };
  const parts = { client, name: backfill.name, limits: settings, metrics, log, signal, pause };
  const waitForCalm = createWaitForCalm(parts);
  let rows = Math.min(firstRows, settings.rowsMax);
  let stuckSinceMs: number | undefined;

  return {
    /** Every row of the tenant after `after`. */
    async tenant(tenantId: string, after: string | null): Promise<void> {
      for (let rowId = after; ; ) {
        await waitForCalm();
        const startedAtMs = performance.now();
        const result = await tryBatch(tenantId, rowId);
        if (result === 'none left') return;
        if (result !== 'undone') rowId = result.rowId;
        const tookMs = performance.now() - startedAtMs;
        // As long as the batch took at least: half of the time belongs to the others.
        await pause(Math.max(settings.pauseMs, tookMs));
      }
    },
  };

  async function tryBatch(tenantId: string, rowId: string | null) {
    const asked = rows;
    const startedAtMs = performance.now();
    try {
      const result = await repository.runBatch(client, backfill, { tenantId, rowId, rows: asked });
      const tookMs = performance.now() - startedAtMs;
      stuckSinceMs = undefined;
      if (!result) return 'none left';
      metrics.batch({ ...result, tookMs });
      // The last batch of a tenant says nothing about how many rows fit.
      if (result.seen === asked) rows = nextBatchRows(asked, tookMs, settings);
      return result;
    } catch (error) {
      if (!isUndone(error)) throw error;
      metrics.undone();
      rows = smallerBatchRows(asked, settings);
      stuckSinceMs ??= startedAtMs;
      if (performance.now() - stuckSinceMs < stuckMs) return 'undone';
      const place = `tenant ${tenantId}, after row ${rowId ?? 'none'}`;
      throw new TryLaterError(`Rows are held by somebody else: ${place}.`, { cause: error });
    }
  }
}

/** The batch met a lock or took too long; nothing of it remains, and a smaller one may succeed. */
function isUndone(error: unknown): boolean {
  const codes = [LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED, QUERY_CANCELED];
  return error instanceof pg.DatabaseError && codes.includes(error.code ?? '');
}
