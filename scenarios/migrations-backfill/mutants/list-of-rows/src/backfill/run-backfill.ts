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

/** Lock not available, deadlock detected, query cancelled by its limit. */
const FOR_LATER = ['55P03', '40P01', '57014'];
const ROWS = 400;
const LISTED = 'SELECT FROM book_isbn10_todo LIMIT 1';
const LIST = 'INSERT INTO book_isbn10_todo (tenant_id, id) SELECT tenant_id, id FROM books';
const NEXT_SHOP = 'SELECT tenant_id AS id FROM book_isbn10_todo WHERE NOT done LIMIT 1';
const BATCH = `
  WITH batch AS MATERIALIZED (
    SELECT ctid AS place, id FROM book_isbn10_todo WHERE NOT done AND tenant_id = $1 LIMIT $2
  ), filled AS (
    UPDATE books SET isbn10 = book_isbn10(isbn)
    WHERE tenant_id = $1 AND id IN (SELECT id FROM batch) AND isbn10 IS DISTINCT FROM book_isbn10(isbn)
  )
  UPDATE book_isbn10_todo SET done = true WHERE ctid IN (SELECT place FROM batch)`;

export async function runBackfill(run: BackfillRun): Promise<void> {
  const { client, backfill, settings, metrics, log, signal, again = false } = run;
  const { name } = backfill;
  const patience = createPatience({ patienceMs: 5_000, signal });
  await patience.until(`The backfill ${name} is running elsewhere.`, () => repository.tryLock(client, name));
  const pause = async (ms: number) => {
    await sleep(ms, undefined, { signal }).catch(() => {}); // Told to stop: the next look says so.
  };
  const waitForCalm = createWaitForCalm({ client, name, limits: settings, metrics, log, signal, pause });
  if (again) await repository.startAgain(client, name);
  await client.query("SET lock_timeout = '400ms'");
  const { finished } = await repository.openCheckpoint(client, name);
  if (!finished) {
    if ((await client.query(LISTED)).rows.length === 0) {
      await client.query('BEGIN');
      for (
        let shop = await repository.nextTenant(client, null);
        shop;
        shop = await repository.nextTenant(client, shop)
      ) {
        await repository.actAs(client, shop);
        await client.query(LIST);
      }
      await client.query('COMMIT');
    }
    for (let rows = ROWS; ; ) {
      const shop = (await client.query<{ id: string }>(NEXT_SHOP)).rows[0]?.id;
      if (shop === undefined) break;
      await repository.actAs(client, shop);
      await waitForCalm();
      const startedAtMs = performance.now();
      const result = await tried(() => client.query(BATCH, [shop, rows]));
      const tookMs = performance.now() - startedAtMs;
      rows = result === 'undone' || tookMs > 150 ? Math.max(20, Math.floor(rows / 2)) : Math.min(ROWS, rows + 20);
      await pause(result === 'undone' ? 300 : settings.pauseMs);
    }
    await repository.finish(client, name);
  }
  log.info({ backfill: name }, finished ? 'backfill has ended before' : 'backfill ended');
}

async function tried<T>(work: () => Promise<T>): Promise<T | 'undone'> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof pg.DatabaseError && FOR_LATER.includes(error.code ?? '')) return 'undone';
    throw error;
  }
}
