import { parseArgs } from 'node:util';
import { UsageError } from '@lab/sdk';
import { isRowId, type RowId, rowIds } from './rows.ts';

export interface BenchOptions {
  readonly json: boolean;
  readonly help: boolean;
  readonly wanted: ReadonlySet<RowId>;
  /** File that gets the JSON document too. */
  readonly out: string | null;
}

/** Left out unless asked for: it keeps every core busy for a minute. */
const loud: ReadonlySet<RowId> = new Set<RowId>(['check']);

/** Reads the command line. Throws `UsageError`. */
export function parseOptions(argv: readonly string[]): BenchOptions {
  const { json = false, help = false, all = false, only, out } = parse(argv);
  if (all && only !== undefined) {
    throw new UsageError('E_OPTION', {
      message: '--all and --only do not go together.',
      hint: 'npm run bench -- --help',
    });
  }
  const usual = rowIds.filter((row) => all || !loud.has(row));
  return { json, help, wanted: new Set(only === undefined ? usual : namedRows(only)), out: out ?? null };
}

export const usage = `npm run bench -- [--json] [--only <row,…>] [--all] [--out <file>]

Measures this lab on this machine, beside the floor of the same run, and prints a table.
Leave the machine alone meanwhile: it takes about ten minutes.

  --json         print one JSON document (schema brownout.bench/1) in place of the table
  --only <rows>  these rows only, with commas between them; the floor is measured where a goal needs it
  --all          also the rows that keep the whole machine busy: ${[...loud].join(', ')}
  --out <file>   write the JSON document there too

Rows: ${rowIds.join(', ')}

Exit codes: 0 everything was measured, whether or not it holds its goal; 1 a row could not be measured;
            64 usage, 69 a practice session runs or this machine is not ready, 130 interrupted
`;

function parse(argv: readonly string[]) {
  const options = {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    all: { type: 'boolean' },
    only: { type: 'string' },
    out: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError('E_USAGE', { message, hint: 'npm run bench -- --help', cause });
  }
}

function namedRows(text: string): readonly RowId[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !isRowId(name));
  if (unknown.length === 0) return names.filter(isRowId);
  throw new UsageError('E_ROW_UNKNOWN', {
    message: `There is no row ${unknown.map((name) => `"${name}"`).join(', ')}.`,
    hint: `the rows are ${rowIds.join(', ')}`,
  });
}
