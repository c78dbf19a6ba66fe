import { spawn } from 'node:child_process';
import process from 'node:process';
import type { Environment } from './tool-types.ts';

export interface CommandOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** The command and all its children are killed after this time. */
  readonly limitMs: number;
  readonly cwd?: string;
  /** Called for each line of both streams. */
  onLine?(line: string): void;
}

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Kept of each stream: enough for every list that we parse, and a bound for a program that talks too much. */
const KEPT_CHARACTERS = 1_000_000;

/**
 * Runs a command in its own process group and waits for it. Any exit code is a result; rejects where
 * the command cannot be started, runs over its limit, or the signal aborts (the group is killed first).
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  options.signal.throwIfAborted();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => killGroup(child.pid);
  // A lab that ends by process.exit would leave a build running for minutes.
  process.once('exit', kill);
  options.signal.addEventListener('abort', kill, { once: true });
  let overLimit = false;
  const timer = setTimeout(() => {
    overLimit = true;
    kill();
  }, options.limitMs);
  const stdout = collect(child.stdout, options.onLine);
  const stderr = collect(child.stderr, options.onLine);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    options.signal.throwIfAborted();
    if (overLimit) throw new Error(`${command} took longer than ${Math.round(options.limitMs / 1000)} s`);
    return { exitCode, stdout: stdout(), stderr: stderr() };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', kill);
    process.removeListener('exit', kill);
  }
}

/** Like `runCommand`, but an exit code other than 0 rejects with the end of what the command said. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const result = await runCommand(command, args, options);
  if (result.exitCode === 0) return result;
  const said = lastLines(result.stderr || result.stdout, 3);
  throw new Error(`${[command, ...args.slice(0, 2)].join(' ')} ended with ${result.exitCode}: ${said}`);
}

/** The last lines that are not empty, in one line. */
export function lastLines(text: string, count: number): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).slice(-count).join(' | ').slice(-600);
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  let text = '';
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-KEPT_CHARACTERS);
    if (!onLine) return;
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(-KEPT_CHARACTERS);
    for (const line of lines) onLine(line);
  });
  return () => text;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended already.
  }
}
