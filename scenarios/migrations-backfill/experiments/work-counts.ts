import type { ExperimentHandle, MigrationSite } from '@lab/sdk';
import { unlessLockedOut } from './locked-out.ts';

/** What the server has counted since the database was made. */
export interface WorkCounts {
  /** Of books, and of whatever tables the backfill keeps for itself: who looks for his next rows in a list reads that. */
  readonly read: number;
  /** Of books, by transactions that were rolled back, too. */
  readonly written: number;
}

const sessionsSql = `
  SELECT FROM pg_stat_activity WHERE datname = current_database()
    AND usename = (SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = 'books')`;
const countsSql = `
  SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 AS read,
    (sum(n_tup_upd) FILTER (WHERE relid = 'books'::regclass))::float8 AS written
  FROM pg_stat_user_tables WHERE schemaname <> 'lab'`;
const goneWithinMs = 3_000;

/** Sessions tell their counts at their end at the latest: those of the backfill have to be gone. */
export async function readWork(h: ExperimentHandle, site: MigrationSite): Promise<WorkCounts> {
  const untilMs = h.clock.nowMs() + goneWithinMs;
  while ((await site.query(sessionsSql)).length > 0 && h.clock.nowMs() < untilMs) await h.clock.sleep(50);
  await site.query('SELECT pg_stat_force_next_flush()');
  const [row] = await site.query(countsSql);
  return { read: Number(row?.['read'] ?? 0), written: Number(row?.['written'] ?? 0) };
}

/** Rows that are done, by two signs: those that show, and how much the table has grown by rows that do not show yet. */
export interface Progress {
  rowsDone(): Promise<number>;
}

const sizeSql = "SELECT pg_relation_size('books')::float8 AS bytes";

export async function openProgress(
  site: MigrationSite,
  { rows, countFilled }: { readonly rows: number; readonly countFilled: () => Promise<number> },
): Promise<Progress> {
  const bytes = async (): Promise<number> => {
    const [row] = await unlessLockedOut(() => site.query(sizeSql), []);
    return Number(row?.['bytes'] ?? 0);
  };
  const first = await bytes();
  return {
    rowsDone: async () => {
      const grown = (await bytes()) / Math.max(1, first) - 1;
      return Math.round(Math.max(await countFilled(), Math.max(0, grown) * rows));
    },
  };
}
