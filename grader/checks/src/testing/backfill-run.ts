import type { Evidence, ExperimentRecord, TableDump } from '@lab/sdk';
import type { ValuesRow } from '../backfill-evidence.ts';
import type { RunRow } from '../migration-evidence.ts';
import { evidence, experimentRecord } from './evidence.ts';

type Row = TableDump['rows'][number];

interface BackfillStory {
  readonly experiment?: string;
  readonly facts?: ExperimentRecord['facts'];
  readonly runs?: readonly Partial<RunRow>[];
  readonly values?: Partial<ValuesRow> | null;
  readonly tables?: Readonly<Record<string, readonly Row[]>>;
  readonly change?: Partial<Evidence>;
}

/** What a test is about; all else is a backfill that was done by its first run. */
export function backfillRun(story: BackfillStory = {}): Evidence {
  const { experiment = 'noon', facts = {}, runs = [{}], values = {}, tables = {} } = story;
  const run: RunRow = { startMs: 5_000, endMs: 15_000, exitCode: 0, missing: 0, lastWords: 'backfill ended' };
  const seen: ValuesRow = { rows: 10_000, missing: 0, wrong: 0, example: '' };
  const all: Readonly<Record<string, readonly object[]>> = {
    'migration-runs': runs.map((one) => ({ ...run, ...one })),
    values: values === null ? [] : [{ ...seen, ...values }],
    ...tables,
  };
  return evidence({
    selected: [experiment],
    experiments: [experimentRecord({ experiment, startMs: 4_000, endMs: 20_000, facts })],
    tables: Object.entries(all).map(([table, rows]) => ({
      table,
      rows: rows.map((row): Row => ({ experiment, ...row })),
    })),
    ...story.change,
  });
}
