import type { Evidence, ExperimentRecord, Operation, TableDump } from '@lab/sdk';
import type { RunRow, WaitRow } from '../migration-evidence.ts';
import { evidence, experimentRecord, operation } from './evidence.ts';

type Row = TableDump['rows'][number];

/** What a test is about; all else is a migration that gives way and is done half a second after the report. */
export interface MigrationStory {
  readonly experiment?: string;
  readonly facts?: ExperimentRecord['facts'];
  readonly waits?: readonly Partial<WaitRow>[];
  readonly runs?: readonly Partial<RunRow>[];
  readonly history?: readonly Operation[];
  readonly tables?: Readonly<Record<string, readonly Row[]>>;
  readonly change?: Partial<Evidence>;
}

/** The report is open from 10 to 30 seconds. */
export const heldFromMs = 10_000;
export const heldToMs = 30_000;
const facts = { heldFromMs, heldToMs, doneMs: 30_500, reportAlive: true, seen: true };

export function wait(change: Partial<WaitRow> = {}): WaitRow {
  const lock = { table: 'public.books', mode: 'AccessExclusiveLock' };
  return { who: 'migration', ...lock, startMs: 11_000, endMs: 11_500, behindMigration: false, ...change };
}

/** Somebody who stands behind the migration. */
export function queued(startMs: number, endMs: number, who = 'api-1'): WaitRow {
  return wait({ who, mode: 'RowExclusiveLock', startMs, endMs, behindMigration: true });
}

/** A save that was answered at this moment. */
export function save(endMs: number, change: Partial<Operation> = {}): Operation {
  const call = { kind: 'write', experiment: 'behind', client: 'editor' } as const;
  return operation({ id: endMs, startMs: endMs - 10, endMs, ...call, ...change });
}

export function runWith(story: MigrationStory = {}): Evidence {
  const { experiment = 'behind', waits = [], runs = [{}], history = [], tables = {} } = story;
  const run: RunRow = { startMs: 10_100, endMs: 30_500, exitCode: 0, missing: 0, lastWords: 'migrations finished' };
  const all: Readonly<Record<string, readonly object[]>> = {
    'lock-waits': waits.map((one) => wait(one)),
    'migration-runs': runs.map((one) => ({ ...run, ...one })),
    ...tables,
  };
  return evidence({
    selected: [experiment],
    history: [...history],
    experiments: [experimentRecord({ experiment, startMs: 9_000, endMs: 32_000, facts: { ...facts, ...story.facts } })],
    tables: Object.entries(all).map(([table, rows]) => ({
      table,
      rows: rows.map((row): Row => ({ experiment, ...row })),
    })),
    ...story.change,
  });
}
