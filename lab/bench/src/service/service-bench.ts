import type { ToolPaths } from '@lab/runtime';
import { EnvironmentError, LabError } from '@lab/sdk';
import type { BenchFolder } from '../figures/stage/bench-folder.ts';
import type { Section } from './options.ts';
import { type ServiceRow, unmeasuredRow } from './row.ts';

/** What every measurement is handed. */
export interface ServiceBench {
  readonly folder: BenchFolder;
  readonly tools: ToolPaths;
  readonly signal: AbortSignal;
  readonly long: boolean;
  /** Takes the rows in as they come. */
  add(row: ServiceRow): void;
}

/** Measures; what does not come to its end is told as unmeasured, and the next one goes on. */
export async function attempt(
  { signal, add }: ServiceBench,
  { section, what }: { readonly section: Section; readonly what: string },
  measure: () => Promise<void>,
): Promise<void> {
  try {
    await measure();
  } catch (error) {
    signal.throwIfAborted();
    add(unmeasuredRow(section, what, reasonOf(error)));
  }
}

/** Of a bug, the place too: nobody sees its stack else. */
function reasonOf(error: unknown): string {
  if (error instanceof LabError || error instanceof EnvironmentError) return error.message;
  if (!(error instanceof Error)) return String(error);
  const place = error.stack?.split('\n').find((line) => line.trim().startsWith('at '));
  return `${error.name}: ${error.message} (${place?.trim() ?? 'nowhere'})`;
}
