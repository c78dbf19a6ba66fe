import { parseArgs } from 'node:util';
import { UsageError } from '@lab/sdk';

/** What can be measured by itself. */
export const sections = ['load', 'naive', 'libraries'] as const;
export type Section = (typeof sections)[number];

export interface ServiceBenchOptions {
  readonly json: boolean;
  readonly help: boolean;
  /** Ten minutes of load in place of one, to see whether memory grows. */
  readonly long: boolean;
  readonly wanted: ReadonlySet<Section>;
  /** File that gets the JSON document too. */
  readonly out: string | null;
}

/** Reads the command line. Throws `UsageError`. */
export function parseOptions(argv: readonly string[]): ServiceBenchOptions {
  const { json = false, help = false, long = false, only, out } = parse(argv);
  return { json, help, long, wanted: new Set(only === undefined ? sections : namedSections(only)), out: out ?? null };
}

export const usage = `npm run bench:service -- [--json] [--only <section,…>] [--long] [--out <file>]

Measures ShelfWise on this machine and prints a table. Leave the machine alone meanwhile: it takes about seven minutes.

  load        200 requests a second of mixed load on three replicas, every dependency behind Toxiproxy
  naive       the same shop without cache, retries and background work, beside the reference: one load for both
  libraries   limiter, cache and job worker beside libraries of the same kind, in turns

  --json            print one JSON document (schema brownout.bench-service/1) in place of the table
  --only <sections> these sections only, with commas between them
  --long            load for ten minutes in place of one, and say whether memory grows
  --out <file>      write the JSON document there too

Exit codes: 0 everything was measured, whether or not it holds its goal; 1 something could not be measured;
            64 usage, 69 a practice session runs or this machine is not ready, 130 interrupted
`;

function parse(argv: readonly string[]) {
  const options = {
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
    long: { type: 'boolean' },
    only: { type: 'string' },
    out: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError('E_USAGE', { message, hint: 'npm run bench:service -- --help', cause });
  }
}

function namedSections(text: string): readonly Section[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !isSection(name));
  if (unknown.length === 0) return names.filter(isSection);
  throw new UsageError('E_SECTION_UNKNOWN', {
    message: `There is no section ${unknown.map((name) => `"${name}"`).join(', ')}.`,
    hint: `the sections are ${sections.join(', ')}`,
  });
}

function isSection(text: string): text is Section {
  return sections.some((section) => section === text);
}
