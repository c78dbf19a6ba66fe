import type { ExperimentHandle } from '@lab/sdk';

/** How often each kind of statement has been executed for ShelfWise, by PostgreSQL's own number for its text. */
export type StatementCounts = ReadonlyMap<string, number>;

const countSql = `
  SELECT s.queryid::text AS kind, sum(s.calls)::text AS calls FROM lab.pg_stat_statements s
  JOIN pg_roles r ON r.oid = s.userid
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (r.rolname LIKE 'shelfwise%' OR r.rolname LIKE 'api\\_%')
    AND s.query !~* '^\\s*select 1\\s*$'
  GROUP BY 1`;

export async function countStatements(h: ExperimentHandle): Promise<StatementCounts> {
  const rows = await h.database.query(countSql);
  return new Map(rows.map(({ kind, calls }) => [String(kind), Number(calls)]));
}

/** Kinds that were executed from one count to the next. */
export function kindsBetween(before: StatementCounts, after: StatementCounts): ReadonlySet<string> {
  return new Set([...after].filter(([kind, calls]) => calls > (before.get(kind) ?? 0)).map(([kind]) => kind));
}

/**
 * Statements from one count to the next, of these kinds alone: the load goes on meanwhile, and a replica that stood
 * still for a moment may pass its cache by for others.
 */
export function callsBetween(before: StatementCounts, after: StatementCounts, kinds: ReadonlySet<string>): number {
  return [...kinds].reduce((sum, kind) => sum + (after.get(kind) ?? 0) - (before.get(kind) ?? 0), 0);
}
