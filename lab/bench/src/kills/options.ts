import { parseArgs } from 'node:util';
import { UsageError } from '@lab/sdk';

export interface KillsOptions {
  readonly count: number;
  readonly seed: number;
  /** Only this round. */
  readonly round: number | null;
  readonly scenario: string | null;
  readonly json: boolean;
}

const seedMax = 2_147_483_647;
const roundsMax = 10_000;
const countDefault = 100;

/** Reads the command line. Throws a `UsageError`. */
export function readOptions(argv: readonly string[], newSeed: () => number): KillsOptions {
  const given = parse(argv);
  return {
    count: integer('count', given.count, { min: 1, max: roundsMax }) ?? countDefault,
    seed: integer('seed', given.seed, { min: 0, max: seedMax }) ?? Math.floor(newSeed() * seedMax),
    round: integer('round', given.round, { min: 1, max: roundsMax }) ?? null,
    scenario: given.scenario ?? null,
    json: given.json ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        count: { type: 'string' },
        seed: { type: 'string' },
        round: { type: 'string' },
        scenario: { type: 'string' },
        json: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError('E_OPTION', { message, hint: 'npm run kills -- --count 100 --seed 1', cause });
  }
}

function integer(name: string, text: string | undefined, limits: { min: number; max: number }): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= limits.min && value <= limits.max) return value;
  throw new UsageError('E_OPTION', {
    message: `--${name} takes a whole number from ${limits.min} to ${limits.max}, not "${text}".`,
  });
}
