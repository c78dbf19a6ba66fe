import { join } from 'node:path';
import { LabError } from '@lab/sdk';
import { lastWords, type ProgramResult, runProgram } from './run-program.ts';

/** A checkout from which the lab is run, and its cache. */
export interface LabPlace {
  readonly root: string;
  readonly labDir: string;
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface LabCommandOptions {
  readonly signal: AbortSignal;
  readonly limitMs: number;
}

/** Runs the `lab` command of a checkout in a process of its own, as a learner does. */
export function runLab(place: LabPlace, args: readonly string[], options: LabCommandOptions): Promise<ProgramResult> {
  return runProgram(process.execPath, [join(place.root, 'lab', 'cli', 'bin', 'lab.mjs'), ...args], {
    ...options,
    cwd: place.root,
    env: { ...place.env, BROWNOUT_CACHE: place.cacheDir },
  });
}

/** The document that a command printed. Throws `E_BENCH_COMMAND` when it ended otherwise than expected. */
export function documentOf(
  command: string,
  result: ProgramResult,
  { expected = [0] }: { readonly expected?: readonly number[] } = {},
): unknown {
  if (result.exitCode === null || !expected.includes(result.exitCode)) {
    throw new LabError('E_BENCH_COMMAND', {
      message: `${command} ended with ${result.exitCode ?? 'a signal'}: ${lastWords(result)}`,
    });
  }
  try {
    return JSON.parse(result.stdout);
  } catch (cause) {
    throw new LabError('E_BENCH_COMMAND', { message: `${command} printed no JSON: ${lastWords(result)}`, cause });
  }
}
