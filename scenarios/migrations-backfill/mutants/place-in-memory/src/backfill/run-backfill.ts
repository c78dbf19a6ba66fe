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

/** In the order of ids. It knows its place, and whether it has ended before. */
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

async function fillBatch(
  client: pg.Client,
  { table, set }: Backfill,
  { tenantId, rowId }: Place,
): Promise<Filled | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `UPDATE ${table} AS target SET ${set} FROM (
       SELECT id FROM ${table} WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT ${ROWS}
     ) AS batch WHERE target.tenant_id = $1 AND target.id = batch.id RETURNING target.id`,
    [tenantId, rowId],
  );
  const last = rows
    .map(({ id }) => id)
    .sort()
    .at(-1);
  return last === undefined ? undefined : { rowId: last, seen: rows.length, changed: rows.length };
}

/** The batch met a lock or took too long; nothing of it remains. */
function whenUndone(error: unknown): 'undone' {
  if (error instanceof pg.DatabaseError && ['55P03', '40P01', '57014'].includes(error.code ?? '')) return 'undone';
  throw error;
}
