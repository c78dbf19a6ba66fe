import { parseArgs } from 'node:util';
import type { Backfill } from './backfills.ts';

export type BackfillArguments =
  | {
      readonly command: 'run';
      readonly backfill: Backfill;
      readonly again: boolean;
      readonly metricsFile: string | undefined;
    }
  | { readonly command: 'pause' | 'resume'; readonly name: string }
  | { readonly command: 'status' };

/** The message is the usage. */
export class BackfillUsageError extends Error {
  override readonly name = 'BackfillUsageError';
}

const OPTIONS = { again: { type: 'boolean' }, 'metrics-file': { type: 'string' } } as const;

/** Throws BackfillUsageError. */
export function parseBackfillArguments(argv: readonly string[], backfills: readonly Backfill[]): BackfillArguments {
  const usage = usageOf(backfills);
  const { positionals, values } = parse(argv, usage);
  const [command, name, ...rest] = positionals;
  if (command === 'status' && name === undefined) return { command };
  const backfill = backfills.find((one) => one.name === name);
  if (!backfill || rest.length > 0) throw new BackfillUsageError(usage);
  switch (command) {
    case 'run':
      return { command, backfill, again: values.again ?? false, metricsFile: values['metrics-file'] };
    case 'pause':
    case 'resume':
      return { command, name: backfill.name };
    default:
      throw new BackfillUsageError(usage);
  }
}

function parse(argv: readonly string[], usage: string) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new BackfillUsageError(usage, { cause: error });
  }
}

function usageOf(backfills: readonly Backfill[]): string {
  return `Use one of these:
  backfill.ts run NAME [--again] [--metrics-file FILE]
  backfill.ts pause NAME
  backfill.ts resume NAME
  backfill.ts status
Names: ${backfills.map(({ name }) => name).join(', ')}.`;
}
