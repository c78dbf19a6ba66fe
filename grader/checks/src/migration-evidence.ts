import type { Evidence, ExperimentRecord } from '@lab/sdk';
import { numberOrNull, recordsOf, rowsOf } from './evidence-views.ts';

/** One wait for a lock, as `LockWait` of the handle. */
export interface WaitRow {
  readonly who: string;
  readonly table: string | null;
  readonly mode: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly behindMigration: boolean;
}

/** One run of the migrations. */
export interface RunRow {
  readonly startMs: number;
  /** Null: it still ran when the lab had waited long enough. */
  readonly endMs: number | null;
  /** Null: it was killed. */
  readonly exitCode: number | null;
  /** Demands on the schema that were not met when it had ended; null: not looked at. */
  readonly missing: number | null;
  /** The last thing that it printed. */
  readonly lastWords: string;
}

export function waitsOf(evidence: Evidence, experiment: string): readonly WaitRow[] {
  return rowsOf(evidence, 'lock-waits', experiment).map((row) => ({
    who: String(row['who']),
    table: row['table'] === null ? null : String(row['table']),
    mode: String(row['mode']),
    startMs: Number(row['startMs']),
    endMs: Number(row['endMs']),
    behindMigration: row['behindMigration'] === true,
  }));
}

export function runsOf(evidence: Evidence, experiment: string, table = 'migration-runs'): readonly RunRow[] {
  return rowsOf(evidence, table, experiment).map((row) => ({
    startMs: Number(row['startMs']),
    endMs: numberOrNull(row['endMs']),
    exitCode: numberOrNull(row['exitCode']),
    missing: numberOrNull(row['missing']),
    lastWords: String(row['lastWords'] ?? ''),
  }));
}

/** The attempt that counts; undefined when none reached what it was for. */
export function reachedRecord(evidence: Evidence, experiment: string): ExperimentRecord | undefined {
  return recordsOf(evidence, experiment).findLast(({ reached }) => reached);
}

/** A fact that is a number; null where it is none. */
export function numberFact(record: ExperimentRecord, name: string): number | null {
  return numberOrNull(record.facts[name]);
}

/** `exit 75: “did not get its locks”`, for people. */
export function endOf({ endMs, exitCode, lastWords }: RunRow): string {
  const end = endMs === null ? 'still running' : exitCode === null ? 'killed' : `exit ${exitCode}`;
  return lastWords === '' ? end : `${end}: “${lastWords.slice(0, 200)}”`;
}
