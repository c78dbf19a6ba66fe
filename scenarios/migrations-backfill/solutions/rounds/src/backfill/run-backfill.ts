import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { TryLaterError } from '../migrations/migration-errors.ts';
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

const ROWS = 400;
/** What somebody has is passed by, and nobody waits for it. `looked` is the place, `left` what was passed by. */
const FILL = ({ table, set, wrong }: Backfill) => `
  WITH batch AS MATERIALIZED (
    SELECT id, ${wrong} AS wrong FROM ${table}
    WHERE tenant_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT ${ROWS}
  ), free AS MATERIALIZED (
    SELECT id FROM ${table} WHERE tenant_id = $1 AND id IN (SELECT id FROM batch WHERE wrong) FOR UPDATE SKIP LOCKED
  ), filled AS (
    UPDATE ${table} AS target SET ${set} FROM free WHERE target.tenant_id = $1 AND target.id = free.id RETURNING target.id
  )
  SELECT (SELECT id FROM batch ORDER BY id DESC LIMIT 1) AS looked, (SELECT count(*) FROM filled)::integer AS filled,
    (SELECT count(*) FROM batch WHERE wrong)::integer - (SELECT count(*) FROM filled)::integer AS left`;

interface Batch {
  readonly looked: string | null;
  readonly filled: number;
  readonly left: number;
}

/** Round after round over all shops, until a round has passed by nothing. What is right is never written again. */
export async function runBackfill(run: BackfillRun): Promise<void> {
  const { client, backfill, settings, metrics, log, signal } = run;
  const { name } = backfill;
  await client.query(
    "SET lock_timeout = '1s'; SET statement_timeout = '900ms'; SET client_connection_check_interval = '1s'",
  );
  const patience = createPatience({ patienceMs: 5_000, signal });
  await patience.until(`The backfill ${name} is running elsewhere.`, () => repository.tryLock(client, name));
  const pause = async (ms: number) => {
    await sleep(ms, undefined, { signal }).catch(() => {}); // Told to stop: the next look says so.
  };
  const waitForCalm = createWaitForCalm({ client, name, limits: settings, metrics, log, signal, pause });
  for (let left = 1; left > 0; ) {
    left = 0;
    let tenantId = await repository.nextTenant(client, null);
    for (; tenantId !== undefined; tenantId = await repository.nextTenant(client, tenantId)) {
      await repository.actAs(client, tenantId);
      let place: string | null = null;
      for (;;) {
        if (signal.aborted) throw new TryLaterError('The run was told to stop.');
        await waitForCalm();
        const startedAtMs = performance.now();
        const batch: Batch | undefined = (await client.query<Batch>(FILL(backfill), [tenantId, place])).rows[0];
        if (!batch?.looked) break;
        const tookMs = performance.now() - startedAtMs;
        metrics.batch({ seen: ROWS, changed: batch.filled, tookMs });
        left += batch.left;
        place = batch.looked;
        if (batch.filled > 0) await pause(tookMs);
      }
    }
    log.info({ backfill: name, left }, 'round ended');
  }
}
