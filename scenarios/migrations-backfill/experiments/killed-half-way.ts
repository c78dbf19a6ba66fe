import type { Experiment, ExperimentHandle, LockWatch, MigrationSite } from '@lab/sdk';
import { tenantSlug } from '../../shared/tenants.ts';
import { countFilled, hasColumn, readValues, valuesTable } from './book-values.ts';
import { unlessLockedOut } from './locked-out.ts';
import { type BackfillRuns, openRollout } from './rollout.ts';
import { type Shelf, stageCopy } from './stage.ts';
import { openProgress, type Progress, readWork } from './work-counts.ts';

const shelves: readonly Shelf[] = [
  { slug: tenantSlug(3), books: 4_000 },
  { slug: tenantSlug(9), books: 11_000 },
  { slug: tenantSlug(15), books: 3_000 },
];
const rows = shelves.reduce((sum, { books }) => sum + books, 0);
const halfWay = 0.5;
const halfWayWithinMs = 40_000;
const metWithinMs = 1_500;
const doneMsMax = 50_000;
const pollMs = 60;

/** One row in twenty: no batch that is worth its name is without. */
const holdSql = 'SELECT FROM books WHERE get_byte(uuid_send(id), 1) < 13 FOR UPDATE SKIP LOCKED';

/**
 * Half of the work is done when somebody takes rows everywhere, so that the backfill stops in the middle of a batch. There
 * it is killed: after it began to do something and before that was done. Then the rows are free, and it is run again.
 */
export const killedHalfWay: Experiment = {
  id: 'killed-half-way',
  title: 'The backfill is killed in the middle of a batch, half-way, and run again',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 1,
  timeoutMs: 130_000,
  run: async (h) => {
    const site = await h.migrations.copy();
    await stageCopy(site, { shelves, slow: true });
    const rollout = openRollout(h, site, killedHalfWay.id);
    await rollout.migrate();
    const first = await readWork(h, site);
    const progress = await openProgress(site, { rows, countFilled: () => countFilled(site) });
    await using watch = await site.watchLocks();
    const runs = await rollout.begin();
    const isHalfWay = await reachHalf(h, runs, progress);
    const held = await unlessLockedOut(() => site.lockRows(holdSql), null);
    const isMet = await meet(h, runs, watch);
    const isKilled = await runs.kill();
    const filledAtKill = await remember(site);
    await held?.release();
    await watch.release();
    const point = isKilled ? (isMet ? 'waiting' : 'running') : 'ended';
    if (isKilled && !isHalfWay) return { reached: false, note: 'the backfill had not done half of its work in time' };
    if (isKilled) await rollout.fill(h.clock.nowMs() + doneMsMax);
    const work = await readWork(h, site);
    return {
      reached: true,
      facts: {
        point,
        rows,
        filledAtKill,
        rewritten: await countRewritten(site),
        wasted: Math.max(0, work.written - first.written - rows),
      },
      tables: [
        valuesTable(killedHalfWay.id, await readValues(site)),
        { table: 'migration-runs', rows: rollout.rows },
        { table: 'schema-runs', rows: rollout.migrated },
      ],
    };
  },
};

async function reachHalf(h: ExperimentHandle, runs: BackfillRuns, progress: Progress): Promise<boolean> {
  const untilMs = h.clock.nowMs() + halfWayWithinMs;
  while (h.clock.nowMs() < untilMs) {
    if ((await progress.rowsDone()) >= halfWay * rows) return true;
    if (await runs.isOver(pollMs)) return false;
  }
  return false;
}

/** Who passes by what somebody else has does not stop, and is killed wherever it is. */
async function meet(h: ExperimentHandle, runs: BackfillRuns, watch: LockWatch): Promise<boolean> {
  const fromMs = h.clock.nowMs();
  while (h.clock.nowMs() < fromMs + metWithinMs) {
    if (watch.waits().some(({ who, endMs }) => who === 'migration' && endMs >= fromMs)) return true;
    if (await runs.isOver(20)) return false;
  }
  return false;
}

/** Which rows are done, and by which transaction: whoever writes one again leaves another number in it. */
async function remember(site: MigrationSite): Promise<number> {
  const done = (await hasColumn(site)) ? 'isbn10 IS NOT NULL' : 'false';
  await site.query(
    `CREATE TABLE lab.done_at_kill AS SELECT tenant_id, id, xmin::text AS written_by FROM books WHERE ${done}`,
  );
  const [row] = await site.query('SELECT count(*)::integer AS filled FROM lab.done_at_kill');
  return Number(row?.['filled'] ?? 0);
}

async function countRewritten(site: MigrationSite): Promise<number> {
  const [row] = await site.query(
    `SELECT count(*)::integer AS rewritten FROM lab.done_at_kill AS d JOIN books AS b USING (tenant_id, id)
     WHERE b.xmin::text <> d.written_by`,
  );
  return Number(row?.['rewritten'] ?? 0);
}
