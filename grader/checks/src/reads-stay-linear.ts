import type { Check, Finding } from '@lab/sdk';
import { grouped } from './backfill-evidence.ts';
import { numberFact, reachedRecord } from './migration-evidence.ts';
import { notMeasured } from './not-measured.ts';

interface ReadsOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson'> {
  /** The backfill has a database for itself, and the server counts the rows that it reads. */
  readonly experiment: string;
  /** How often it may read each row, on average. */
  readonly timesMax: number;
}

/** The last batch must not be dearer than the first: work is counted in rows, so no machine's speed decides. */
export function readsStayLinear({ experiment, timesMax, ...facts }: ReadsOptions): Check {
  return {
    ...facts,
    experiments: [experiment],
    judge: (evidence) => {
      if (!evidence.selected.includes(experiment)) return [];
      const record = reachedRecord(evidence, experiment);
      const reads = record === undefined ? null : numberFact(record, 'rowsRead');
      const rows = record === undefined ? null : numberFact(record, 'rows');
      if (reads === null || rows === null || rows === 0) {
        return [notMeasured('The rows that the backfill read were not counted', experiment)];
      }
      return tooMany(reads, rows, { experiment, timesMax });
    },
  };
}

function tooMany(
  reads: number,
  rows: number,
  { experiment, timesMax }: { readonly experiment: string; readonly timesMax: number },
): readonly Finding[] {
  if (reads <= rows * timesMax) return [];
  const times = Math.round((reads / rows) * 10) / 10;
  return [
    {
      code: 'READS_GROW',
      severity: 'failure',
      message: `The table has ${grouped(rows)} rows, and the backfill read ${grouped(reads)}: each ${times} times. Every batch looked for its rows among those that were done already. With ten times the rows it reads a hundred times as many, and its last batch is the slowest.`,
      measured: { text: `each row read ${times} times`, value: times, unit: 'times' },
      expected: { text: `at most ${timesMax} times`, value: timesMax, unit: 'times' },
      atMs: null,
      refs: { experiment },
    },
  ];
}
