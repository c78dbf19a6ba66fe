import type { Evidence } from '@lab/sdk';
import { rowsOf } from './evidence-views.ts';

/** What the rows of the table held when an experiment had waited for the backfill. */
export interface ValuesRow {
  readonly rows: number;
  /** Rows that have none, and for which there is one; all of them where the column is not there. */
  readonly missing: number;
  /** Rows that have another one than theirs, also where there is none. */
  readonly wrong: number;
  /** One of those, for people; empty where there is none. */
  readonly example: string;
}

/** Null: nobody has looked. */
export function valuesOf(evidence: Evidence, experiment: string): ValuesRow | null {
  const row = rowsOf(evidence, 'values', experiment).at(-1);
  if (row === undefined) return null;
  return {
    rows: Number(row['rows']),
    missing: Number(row['missing']),
    wrong: Number(row['wrong']),
    example: String(row['example'] ?? ''),
  };
}

/** `12,000`. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
