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
const WALK = `
  WITH filled AS (
    UPDATE books SET isbn10 = book_isbn10(isbn)
    WHERE ctid >= format('(%s,0)', $1::bigint)::tid AND ctid < format('(%s,0)', $2::bigint)::tid
      AND isbn10 IS DISTINCT FROM book_isbn10(isbn)
    RETURNING 1
  )
  UPDATE book_isbn10_walk SET block = $2, changed = changed + (SELECT count(*) FROM filled)`;
const PLACE = `
  SELECT block::float8 AS block, changed::float8 AS changed, finished,
    (pg_relation_size('books') / current_setting('block_size')::integer)::float8 AS blocks
  FROM book_isbn10_walk`;
interface Place {
  readonly block: number;
  readonly changed: number;
  readonly finished: boolean;
  readonly blocks: number;
}

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
  await client.query("SET lock_timeout = '300ms'; SET app.backfill = 'book-isbn10'");
  let step = 8;
  let finished = false;
  for (;;) {
    const {
      rows: [place],
    } = await client.query<Place>(PLACE);
    if (!place) throw new Error('The place is gone.');
    finished = place.finished;
    if (finished) break;
    if (place.block >= place.blocks) {
      await client.query('UPDATE book_isbn10_walk SET finished = true');
      continue;
    }
    await waitForCalm();
    const startedAtMs = performance.now();
    const result = await tried(() => client.query(WALK, [place.block, Math.min(place.block + step, place.blocks)]));
    const tookMs = performance.now() - startedAtMs;
    step = result === 'undone' || tookMs > 120 ? Math.max(1, Math.floor(step / 2)) : Math.min(40, step + 2);
    await pause(result === 'undone' ? 400 : settings.pauseMs);
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
