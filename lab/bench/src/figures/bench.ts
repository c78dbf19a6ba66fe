import type { ToolPaths } from '@lab/runtime';
import { EnvironmentError, LabError, type Scenario } from '@lab/sdk';
import { type Figure, unmeasured } from '../report/figure.ts';
import type { RowId } from '../report/rows.ts';
import type { BenchFolder } from './stage/bench-folder.ts';

/** What the floor of a scenario took, in the units of the rows that are held against it. */
export interface Floor {
  readonly totalS: number;
  readonly pssMiB: number;
}

/** What every measurement is handed. */
export interface Bench {
  readonly repoRoot: string;
  readonly folder: BenchFolder;
  readonly scenarios: readonly Scenario[];
  readonly tools: ToolPaths;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly rows: Rows;
  /** By scenario; without an entry where the floor could not be measured, or was not asked for. */
  readonly floors: ReadonlyMap<string, Floor>;
}

/** Takes the figures in as they come. */
export interface Rows {
  isWanted(row: RowId): boolean;
  has(row: RowId, of: string): boolean;
  /** A row that nobody asked for is dropped. */
  add(figure: Figure): void;
}

export interface Attempt {
  readonly rows: readonly RowId[];
  readonly of: string;
  readonly how: string;
}

/** Measures these rows, if one of them is wanted; those that it did not get to are told as unmeasured. */
export async function attempt(
  { rows, signal }: Pick<Bench, 'rows' | 'signal'>,
  { rows: ids, of, how }: Attempt,
  measure: () => Promise<void>,
): Promise<void> {
  if (!ids.some(rows.isWanted)) return;
  try {
    await measure();
  } catch (error) {
    signal.throwIfAborted();
    const problem = reasonOf(error);
    for (const row of ids) if (!rows.has(row, of)) rows.add(unmeasured({ row, of, how, problem }));
  }
}

/** Of a bug, the place too: nobody sees its stack else. */
function reasonOf(error: unknown): string {
  if (error instanceof LabError || error instanceof EnvironmentError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const place = error.stack?.split('\n').find((line) => line.trim().startsWith('at '));
  return `${error.name}: ${error.message} (${place?.trim() ?? 'nowhere'})`;
}
