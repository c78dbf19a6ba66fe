import type { Experiment, ExperimentHandle, LockWait, LockWatch, MigrationSite } from '@lab/sdk';
import { waitsTable } from '../../shared/migration-rows.ts';
import { experimentTenants, loadTenants } from '../../shared/tenants.ts';
import { countFilled, hasColumn, isbn10Sql, readValues, valuesTable } from './book-values.ts';
import { holdEarly } from './early-holder.ts';
import { unlessLockedOut } from './locked-out.ts';
import { changeBooks, moveRows, type Staged } from './noon-changes.ts';
import { openPeople } from './people.ts';
import { type BackfillRuns, openRollout } from './rollout.ts';
import { addBooks, makeSlow, thinOut } from './stage.ts';

/** Somebody keeps rows for this long, as the story has it. */
export const heldMs = 4_500;
const changesAfterMs = 500;
const doneMsMax = 60_000;
/** More than the load asks for. */
const busyBooks = 80;
const quietBooks = 1_500;
const copies = 1_000_000;
/** In the largest shop, beside those that it has. */
const moreBooks = 10_000;
const underWayWithinMs = 25_000;
/** It is in the middle of the largest shop: so many rows of it show, or one of its transactions is so old. */
const underWayRows = 1_000;
const underWayMs = 400;
const pollMs = 50;
const lookEveryMs = 300;
const workOnMs = 500;

/**
 * Somebody has a book when the backfill begins, and it is at work when somebody takes rows here and there, in all of the
 * shops that it has before it. Whoever waits for one of them in the middle of a transaction keeps all that the transaction
 * has for as long. Meanwhile books come before the place where it is, books go, and ISBNs are corrected.
 */
export const atNoon: Experiment = {
  id: 'at-noon',
  title: 'The backfill runs in the open shop, where people work and somebody holds some rows',
  phase: 'disturb',
  besideOthers: true,
  attemptsMax: 1,
  timeoutMs: 130_000,
  run: async (h) => {
    const site = h.migrations.shop;
    const people = await openPeople(h);
    const large = experimentTenants(h.seed)[0] ?? '';
    await stageShop(h, site, { large, named: people.books.map(({ id }) => id) });
    const rollout = openRollout(h, site, atNoon.id);
    await rollout.migrate();
    await using watch = await site.watchLocks();
    const working = people.work();
    // Where this attempt ends before it is waited for.
    working.catch(() => undefined);
    const early = await holdEarly(h, site, { named: people.books.map(({ id }) => id), heldMs, watch });
    const runs = await rollout.begin();
    const isUnderWay = await getUnderWay(h, { site, runs, watch, large });
    if (isUnderWay && (await hasColumn(site))) await unlessLockedOut(() => moveRows(site, large), undefined);
    const point = await holdRows(h, { site, runs, watch, large, named: people.books.map(({ id }) => id) });
    await whileHopeful(h, { runs, watch });
    await early.ended;
    await h.clock.sleep(workOnMs);
    people.stop();
    await working;
    await watch.release();
    const transactions = watch.transactions().map((one) => ({ experiment: atNoon.id, ...one }));
    return {
      reached: true,
      facts: { point, isUnderWay },
      tables: [
        waitsTable(atNoon.id, watch.waits()),
        { table: 'transactions', rows: transactions },
        valuesTable(atNoon.id, await readValues(site)),
        { table: 'migration-runs', rows: rollout.rows },
        { table: 'schema-runs', rows: rollout.migrated },
      ],
    };
  },
};

async function stageShop(h: ExperimentHandle, site: MigrationSite, { large, named }: Staged): Promise<void> {
  const keep = Object.fromEntries([
    ...loadTenants().map((slug) => [slug, busyBooks]),
    ...experimentTenants(h.seed).map((slug) => [slug, quietBooks]),
  ]);
  await site.query(isbn10Sql);
  await thinOut(site, { keep, named });
  // However long it takes, nobody is told that a book is sold out.
  await site.query('UPDATE books SET stock = $2 WHERE id = ANY ($1::uuid[])', [named, copies]);
  await addBooks(site, [{ slug: large, books: moreBooks }]);
  await makeSlow(site);
  // The room of those that went is at the front.
  await site.query('VACUUM (ANALYZE, TRUNCATE false) books');
}

interface Running {
  readonly site: MigrationSite;
  readonly runs: BackfillRuns;
}

/** False where it had ended, or done nothing that shows. */
async function getUnderWay(
  h: ExperimentHandle,
  { site, runs, watch, large }: Running & { readonly watch: LockWatch; readonly large: string },
): Promise<boolean> {
  const untilMs = h.clock.nowMs() + underWayWithinMs;
  while (h.clock.nowMs() < untilMs) {
    if (watch.transactions().some(({ startMs, endMs, writes }) => writes && endMs - startMs > underWayMs)) return true;
    if ((await countFilled(site, large)) > underWayRows) return true;
    if (await runs.isOver(pollMs)) return false;
  }
  return false;
}

/** A transaction that is so old is judged already, and whoever stands behind it has stood for long enough. */
const hopelessMs = 12_000;

async function whileHopeful(
  h: ExperimentHandle,
  { runs, watch }: { readonly runs: BackfillRuns; readonly watch: LockWatch },
): Promise<void> {
  const untilMs = h.clock.nowMs() + doneMsMax;
  while (h.clock.nowMs() < untilMs) {
    if (await runs.isOver(lookEveryMs)) return;
    const isHopeless = watch.transactions().some(({ startMs, endMs }) => endMs - startMs > hopelessMs);
    if (isHopeless)
      return void (await runs.kill('the lab has ended it: one of its transactions had been open for 12 s'));
  }
  await runs.kill();
}

/** What somebody else has already is passed by: the lab waits for nobody. Shops of the load are left alone. */
const heldRows = `
  get_byte(uuid_send(id), 1) % 32 = 0 AND id <> ALL ($1::uuid[])
    AND tenant_id IN (SELECT id FROM tenants WHERE slug = ANY ($2::text[]))`;
const holdSql = `SELECT FROM books WHERE ${heldRows} FOR UPDATE SKIP LOCKED`;

async function holdRows(
  h: ExperimentHandle,
  { site, runs, watch, large, named }: Running & Staged & { readonly watch: LockWatch },
): Promise<'ended' | 'held' | 'locked-out'> {
  if (await runs.isOver(1)) return 'ended';
  const held = await unlessLockedOut(() => site.lockRows(holdSql, [named, experimentTenants(h.seed)]), null);
  // Whoever has the whole table has it for longer than rows are held here: its transactions tell.
  if (held === null) return 'locked-out';
  await h.clock.sleep(changesAfterMs);
  if (await hasColumn(site)) await unlessLockedOut(() => changeBooks(site, { large, named }), undefined);
  await held.change(correctHeldSql, [named, experimentTenants(h.seed)]);
  await h.clock.sleep(heldMs - changesAfterMs);
  await freshWait(h, watch);
  await held.commit();
  return 'held';
}

/**
 * Whoever has them corrects the ISBNs of every other one: who has read it before, and writes what came of it, writes an old
 * value. The others stay as they were: a trigger on changes must not fill what a backfill has passed by.
 */
const correctHeldSql = `
  UPDATE books SET isbn = '978' || (substr(isbn, 4, 1)::integer + 1) || substr(isbn, 5)
  WHERE (tenant_id, id) IN (SELECT tenant_id, id FROM books WHERE ${heldRows} AND get_byte(uuid_send(id), 3) % 2 = 0 AND isbn LIKE '978%' FOR UPDATE SKIP LOCKED)`;
const freshMs = 120;
const freshWithinMs = 1_500;

/** Until the backfill waits for one of them since a moment ago: then it has read what it is about to write. */
async function freshWait(h: ExperimentHandle, watch: LockWatch): Promise<void> {
  const untilMs = h.clock.nowMs() + freshWithinMs;
  const isFresh = ({ who, startMs, endMs }: LockWait): boolean =>
    who === 'migration' && startMs > h.clock.nowMs() - freshMs && endMs > h.clock.nowMs() - freshMs / 2;
  while (h.clock.nowMs() < untilMs && !watch.waits().some(isFresh)) await h.clock.sleep(10);
}
