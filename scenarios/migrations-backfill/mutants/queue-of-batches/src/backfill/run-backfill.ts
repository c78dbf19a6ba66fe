import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, makeWorkerUtils, runOnce, type TaskList } from 'graphile-worker';
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
const JOBS = "SELECT FROM graphile_worker.jobs WHERE task_identifier = 'fill-batch' LIMIT 1";

/** One job for each batch, and each adds the next one of its shop: the queue knows what is left to be done. */
export async function runBackfill(run: BackfillRun): Promise<void> {
  const { client, backfill, log, signal } = run;
  const { name } = backfill;
  const patience = createPatience({ patienceMs: 5_000, signal });
  await patience.until(`The backfill ${name} is running elsewhere.`, () => repository.tryLock(client, name));
  if ((await repository.openCheckpoint(client, name)).finished) return log.info({ backfill: name }, 'ended before');
  const pgPool = poolLike(client);
  const logger = new Logger(() => (_level, message) => log.info({ backfill: name }, message));
  const utils = await makeWorkerUtils({ pgPool, logger });
  try {
    await utils.migrate();
    // Jobs of a run that was cut off are there already.
    if ((await client.query(JOBS)).rowCount === 0) {
      let tenantId = await repository.nextTenant(client, null);
      for (; tenantId !== undefined; tenantId = await repository.nextTenant(client, tenantId)) {
        await utils.addJob('fill-batch', { tenantId, rowId: null });
      }
    }
    await runOnce({ pgPool, logger, noHandleSignals: true }, tasksOf(run));
    await repository.finish(client, name);
  } finally {
    await utils.release();
    await pgPool.end();
  }
}

function tasksOf({ client, backfill, settings, metrics, log, signal }: BackfillRun): TaskList {
  const pause = async (ms: number) => {
    await sleep(ms, undefined, { signal }).catch(() => {}); // Told to stop: the next look says so.
  };
  const waitForCalm = createWaitForCalm({ client, name: backfill.name, limits: settings, metrics, log, signal, pause });
  return {
    'fill-batch': async (payload, { addJob, withPgClient }) => {
      const { tenantId, rowId } = payload as { tenantId: string; rowId: string | null };
      for (;;) {
        await waitForCalm();
        const result = await withPgClient(async (session) => {
          const own = session as unknown as pg.Client;
          await own.query('SET lock_timeout = 200; SET statement_timeout = 900');
          await repository.actAs(own, tenantId);
          return await repository.runBatch(own, backfill, { tenantId, rowId, rows: ROWS }).catch(whenUndone);
        });
        await pause(settings.pauseMs);
        if (result === 'undone') continue;
        if (result) await addJob('fill-batch', { tenantId, rowId: result.rowId });
        return;
      }
    },
  };
}

function poolLike({ host, port, user, password, database }: pg.Client): pg.Pool {
  const pool = new pg.Pool({ host, port, user, password, database, max: 4 });
  pool.on('error', () => {}); // The query under way rejects with the same error.
  return pool;
}

function whenUndone(error: unknown): 'undone' {
  if (error instanceof pg.DatabaseError && ['55P03', '40P01', '57014'].includes(error.code ?? '')) return 'undone';
  throw error;
}
