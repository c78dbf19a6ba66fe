import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { identityOf } from '../../machine/proc.ts';
import type { Identity } from '../../machine/proc-files.ts';
import { keepEnd, signalGroup } from '../../programs/group.ts';

/** How a command of the lab ended. */
export interface EndedCommand {
  readonly line: string;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** It was still running at its limit, and was killed. */
  readonly isLate: boolean;
  readonly tookMs: number;
  readonly out: string;
  readonly err: string;
}

/** A command of the lab in a process of its own, as a terminal starts it: it leads its group. */
export interface LabCommand {
  readonly identity: Identity;
  readonly ended: Promise<EndedCommand>;
  hasEnded(): boolean;
  /** To the whole group, as Ctrl-C does. */
  signal(signal: NodeJS.Signals): void;
  /** Nobody reads what it says any more, and SIGHUP comes. */
  closeTerminal(): void;
}

/** Runs `lab` with these arguments; killed after `limitMs`. */
export type StartLab = (argv: readonly string[], limitMs?: number) => LabCommand;

export interface LabOptions {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const limitDefaultMs = 60_000;
const textLengthMax = 256 * 1024;
/** Output still on its way is waited for this long after the exit. */
const drainMs = 1_000;

/** The `lab` of a checkout. `env` is all that it gets; commands under way are interrupted with the signal. */
export function labOf({ root, env, signal: stop }: LabOptions): StartLab {
  const program = join(root, 'lab', 'cli', 'bin', 'lab.mjs');
  return (argv, limitMs = limitDefaultMs) => {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [program, ...argv], {
      cwd: root,
      env: { ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { pid } = child;
    const identity = pid === undefined ? null : identityOf(pid);
    if (pid === undefined || identity === null) throw new Error(`lab ${argv.join(' ')} could not be started.`);
    const out = keepEnd(child.stdout, textLengthMax);
    const err = keepEnd(child.stderr, textLengthMax);
    let isOver = false;
    let isLate = false;
    const signal = (name: NodeJS.Signals): void => {
      if (!isOver) signalGroup(pid, name);
    };
    const timer = setTimeout(() => {
      isLate = true;
      signal('SIGKILL');
    }, limitMs);
    const interrupt = (): void => signal('SIGINT');
    stop.addEventListener('abort', interrupt, { once: true });
    const ended = untilEnded(child).then((exitCode) => {
      isOver = true;
      clearTimeout(timer);
      stop.removeEventListener('abort', interrupt);
      const tookMs = performance.now() - startedMs;
      return { line: argv.join(' '), exitCode, isLate, tookMs, out: out(), err: err() };
    });
    return {
      identity,
      ended,
      hasEnded: () => isOver,
      signal,
      closeTerminal() {
        child.stdout.destroy();
        child.stderr.destroy();
        signal('SIGHUP');
      },
    };
  };
}

async function untilEnded(child: ChildProcess): Promise<number | null> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exitCode = await new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const drained = new AbortController();
  await Promise.race([closed, sleep(drainMs, undefined, { signal: drained.signal }).catch(() => undefined)]);
  drained.abort();
  return exitCode;
}
