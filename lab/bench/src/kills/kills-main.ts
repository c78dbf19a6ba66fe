import { cpus, loadavg, release, totalmem } from 'node:os';
import { cacheFolder } from '@lab/runtime';
import { EnvironmentError, LabError, UsageError } from '@lab/sdk';
import { planRound, type Round } from './draw/plan.ts';
import { stackFacts } from './draw/stack-facts.ts';
import { readOptions } from './options.ts';
import { playRounds } from './play/play-rounds.ts';
import { killsSchema, summarise } from './report/summary.ts';
import { roundLine, tableLines } from './report/table.ts';

/** All that the program touches of the process it runs in. */
export interface KillsIo {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly repoRoot: string;
  readonly signal: AbortSignal;
  print(text: string): void;
  /** Progress. */
  say(line: string): void;
}

const exit = { held: 0, broken: 1, usage: 64, environment: 69, bug: 70, interrupted: 130 } as const;

/** `npm run kills`. Resolves to the exit code: 0 when every promise was kept, 1 when one was not. */
export async function killsMain(io: KillsIo): Promise<number> {
  try {
    return await run(io);
  } catch (error) {
    if (io.signal.aborted) return exit.interrupted;
    const { message, hint } = (error ?? {}) as { message?: string; hint?: string };
    const code = exitOf(error);
    io.say(code === exit.bug && error instanceof Error ? (error.stack ?? error.message) : String(message ?? error));
    if (hint !== undefined) io.say(`  Try: ${hint}`);
    return code;
  }
}

async function run(io: KillsIo): Promise<number> {
  const options = readOptions(io.argv, Math.random);
  assertLinux();
  const stacks = await stackFacts(options.scenario);
  const { seed } = options;
  const numbers = options.round === null ? countedTo(options.count) : [options.round];
  const rounds = numbers.map((number): Round => planRound({ seed, number, stacks }));
  const startedAt = new Date().toISOString();
  const machine = machineFacts();
  io.say(`${rounds.length} rounds, seed ${seed}`);
  const played = await playRounds({
    ...io,
    cacheDir: cacheFolder(io.env),
    rounds,
    onRound: (one) => io.say(roundLine(one)),
  });
  const repeatOptions = options.scenario === null ? '' : ` --scenario ${options.scenario}`;
  const document = killsSchema.parse(summarise({ seed, startedAt, machine, played, repeatOptions }));
  const lines = options.json ? [JSON.stringify(document, null, 2)] : tableLines(document);
  io.print(`${lines.join('\n')}\n`);
  return document.held ? exit.held : exit.broken;
}

function countedTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function assertLinux(): void {
  if (process.platform === 'linux') return;
  throw new EnvironmentError('E_NOT_LINUX', {
    message: `What is left of a run is looked for in /proc, which ${process.platform} does not have.`,
    hint: 'run it on Linux',
  });
}

function machineFacts() {
  return {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    loadAverage: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}

function exitOf(error: unknown): number {
  if (error instanceof UsageError) return exit.usage;
  return error instanceof EnvironmentError || error instanceof LabError ? exit.environment : exit.bug;
}
