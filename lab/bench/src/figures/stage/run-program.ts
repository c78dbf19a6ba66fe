import { type ChildProcess, spawn } from 'node:child_process';
import { LabError } from '@lab/sdk';
import { keepEnd, signalGroup } from '../../programs/group.ts';

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted: the program is asked to end, given time to clean up, and killed. */
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** Time to clean up before it is killed; default 12,000. */
  readonly graceMs?: number;
}

export interface ProgramResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the start to the end of the program. */
  readonly tookMs: number;
  /** From the start to its first words on standard output; null where it said none. */
  readonly firstWordMs: number | null;
}

const keptCharacters = 4_000_000;
/** The lab stops within five seconds; the rest is for a machine that is busy. */
const graceMsDefault = 12_000;

/**
 * Runs a program in a group of its own, so that a Ctrl-C for the bench reaches it only through the bench, and
 * waits for it. Any exit code is a result. Throws `E_BENCH_LIMIT`, or the signal's reason.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  options.signal.throwIfAborted();
  const beganMs = performance.now();
  const { cwd, env } = options;
  const child = spawn(command, args, { cwd, env: { ...env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let firstWordMs: number | null = null;
  const stdout = keepEnd(child.stdout, keptCharacters, () => {
    firstWordMs ??= performance.now() - beganMs;
  });
  const stderr = keepEnd(child.stderr, keptCharacters);
  const ending = createEnding(child, options.graceMs ?? graceMsDefault);
  options.signal.addEventListener('abort', ending.ask, { once: true });
  let isOverLimit = false;
  const limit = setTimeout(() => {
    isOverLimit = true;
    ending.ask();
  }, options.limitMs);
  try {
    const exitCode = await closed(child);
    const tookMs = performance.now() - beganMs;
    options.signal.throwIfAborted();
    if (isOverLimit) throw overLimit(command, args, options.limitMs);
    return { exitCode, stdout: stdout(), stderr: stderr(), tookMs, firstWordMs };
  } finally {
    clearTimeout(limit);
    ending.settle();
    options.signal.removeEventListener('abort', ending.ask);
  }
}

function overLimit(command: string, args: readonly string[], limitMs: number): LabError {
  const line = [command, ...args].map((word) => word.slice(word.lastIndexOf('/') + 1)).join(' ');
  return new LabError('E_BENCH_LIMIT', { message: `${line} took longer than ${Math.round(limitMs / 1_000)} s.` });
}

/** What the program said last, in one line. */
export function lastWords({ stderr, stdout }: Pick<ProgramResult, 'stderr' | 'stdout'>): string {
  const lines = (stderr.trim() || stdout.trim()).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-4)
    .join(' | ')
    .slice(-600);
}

function closed(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

function createEnding(child: ChildProcess, graceMs: number): { ask(): void; settle(): void } {
  let timer: NodeJS.Timeout | null = null;
  return {
    ask() {
      child.kill('SIGTERM');
      const { pid } = child;
      if (pid !== undefined) timer ??= setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
    },
    settle() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
