import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { TryLaterError } from '../migrations/migration-errors.ts';
import { createPatience } from '../migrations/patience.ts';
import type { Log } from '../platform/logger.ts';
import type { BackfillMetrics } from './backfill-metrics.ts';
import * as repository from './backfill-repository.ts';
import type { BackfillSettings } from './backfill-variables.ts';
import type { Backfill } from './backfills.ts';

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
const PAUSE_MS = 100;
/** Others may have so much under way, and so many of them may wait, while a batch is begun. */
const BUSY = `
  SELECT count(DISTINCT pid) FILTER (WHERE locktype = 'virtualxid' AND mode = 'ExclusiveLock') > 10
    OR count(DISTINCT pid) FILTER (WHERE NOT granted) > 3 AS busy
  FROM pg_locks WHERE pid <> pg_backend_pid()`;
const SESSION = "SET lock_timeout = '300ms'; SET client_connection_check_interval = '1s'";

/** The recipe: a thousand rows and a pause. By key, since a row without a value may have none; and not in a rush. */
export async function runBackfill({ client, backfill, log, signal, metrics, again }: BackfillRun): Promise<void> {
  const { name } = backfill;
  await client.query(SESSION);
  const patience = createPatience({ patienceMs: 5_000, signal });
  await patience.until(`The backfill ${name} is running elsewhere.`, () => repository.tryLock(client, name));
  if (again) await repository.startAgain(client, name);
  let { tenantId, rowId, finished } = await repository.openCheckpoint(client, name);
  if (finished) return log.info({ backfill: name }, 'backfill has ended before');
  tenantId ??= (await repository.nextTenant(client, null)) ?? null;
  while (tenantId !== null) {
    await repository.actAs(client, tenantId);
    for (;;) {
      if (signal.aborted) throw new TryLaterError('The run was told to stop.');
      await sleep(PAUSE_MS);
      if (await isBusy(client)) continue;
      const startedAtMs = performance.now();
      const last = await fillBatch(client, backfill, { tenantId, rowId });
      if (last === 'locked') continue;
      if (last === undefined) break;
      metrics.batch({ seen: ROWS, changed: ROWS, tookMs: performance.now() - startedAtMs });
      rowId = last;
    }
    rowId = null;
    tenantId = (await repository.nextTenant(client, tenantId)) ?? null;
  }
  await repository.finish(client, name);
  log.info({ backfill: name }, 'backfill ended');
}

async function isBusy(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ busy: boolean }>(BUSY);
  return rows[0]?.busy === true;
}

/** Rows and place in one transaction. The last key; undefined after the last row of the shop. */
async function fillBatch(
  client: pg.Client,
  { name, table, set }: Backfill,
  { tenantId, rowId }: { readonly tenantId: string; readonly rowId: string | null },
): Promise<string | 'locked' | undefined> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM ${table} WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT ${ROWS}`,
    [tenantId, rowId],
  );
  const last = rows.at(-1)?.id;
  if (last === undefined) return undefined;
  try {
    await client.query('BEGIN');
    const ids = rows.map(({ id }) => id);
    await client.query(`SELECT FROM ${table} WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE`, [
      tenantId,
      ids,
    ]);
    await client.query(`UPDATE ${table} SET ${set} WHERE tenant_id = $1 AND id = ANY ($2)`, [tenantId, ids]);
    await client.query('UPDATE backfills SET after_tenant = $2, after_id = $3 WHERE name = $1', [name, tenantId, last]);
    await client.query('COMMIT');
    return last;
  } catch (error) {
    await client.query('ROLLBACK');
    if (error instanceof pg.DatabaseError && ['55P03', '40P01', '57014'].includes(error.code ?? '')) return 'locked';
    throw error;
  }
}
