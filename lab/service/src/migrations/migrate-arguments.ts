import { parseArgs } from 'node:util';
import { MigrationError } from './migration-errors.ts';
import type { MigrationRequest } from './migration-plan.ts';

export type MigrateArguments =
  | {
      readonly command: 'run';
      readonly request: MigrationRequest;
      readonly patienceMs: number | undefined;
      readonly metricsFile: string | undefined;
    }
  | { readonly command: 'plan' }
  | { readonly command: 'metrics' };

const USAGE = `Use one of these:
  migrate.ts up [--to N] [--patience SECONDS] [--metrics-file FILE]
  migrate.ts down [--to N] [--destructive] [--patience SECONDS] [--metrics-file FILE]
  migrate.ts plan      what the files and rollout.json say, as JSON; needs no database
  migrate.ts metrics   what the records of all runs say, as Prometheus text`;
const OPTIONS = {
  to: { type: 'string' },
  destructive: { type: 'boolean' },
  patience: { type: 'string' },
  'metrics-file': { type: 'string' },
} as const;

/** Throws MigrationError, which tells the usage. */
export function parseMigrateArguments(argv: readonly string[]): MigrateArguments {
  const { positionals, values } = parse(argv);
  const [command] = positionals;
  if (positionals.length !== 1) throw new MigrationError(USAGE);
  if (command === 'plan' || command === 'metrics') {
    if (Object.keys(values).length > 0) throw new MigrationError(USAGE);
    return { command };
  }
  if (command !== 'up' && command !== 'down') throw new MigrationError(USAGE);
  if (command === 'up' && values.destructive) throw new MigrationError('Only the way down can be --destructive.');
  const seconds = numberOf('patience', values.patience);
  return {
    command: 'run',
    request: { direction: command, to: numberOf('to', values.to), destructive: values.destructive ?? false },
    patienceMs: seconds === undefined ? undefined : seconds * 1_000,
    metricsFile: values['metrics-file'],
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new MigrationError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

function numberOf(option: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d{1,4}$/.test(value)) throw new MigrationError(`--${option} takes a whole number of up to four digits.`);
  return Number(value);
}
