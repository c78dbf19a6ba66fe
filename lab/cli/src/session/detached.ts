import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EnvironmentError } from '@lab/sdk';
import type { Context } from '../context.ts';
import { Interrupted } from '../exit-codes.ts';
import { errorFromFacts, type SessionArgument, type SessionMessage } from './messages.ts';
import type { SessionInfo, SessionReporter } from './reporter.ts';

export interface DetachedOptions {
  readonly scenario: string;
  readonly seed: number;
  readonly rate: number | undefined;
  readonly reporter: SessionReporter;
}

// The session stops within five seconds; the rest is for a machine that is busy.
const stopLimitMs = 15_000;
const logBytesMax = 1024 * 1024;

/** Starts the session in a process of its own, and waits until it stands. Its later words go to a file. */
export async function startDetached(context: Context, options: DetachedOptions): Promise<SessionInfo> {
  const logFile = join(context.labDir, 'session.log');
  const child = spawnSession(context, options, logFile);
  const stop = (): void => void child.kill('SIGTERM');
  context.signal.addEventListener('abort', stop, { once: true });
  const limit = new AbortController();
  try {
    const info = await untilReady(child, options.reporter, logFile);
    child.disconnect();
    child.unref();
    return info;
  } catch (error) {
    await Promise.race([ended(child), sleep(stopLimitMs, limit.signal)]);
    throw error;
  } finally {
    limit.abort();
    context.signal.removeEventListener('abort', stop);
  }
}

function spawnSession(context: Context, options: DetachedOptions, logFile: string): ChildProcess {
  mkdirSync(context.labDir, { recursive: true });
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax) rmSync(logFile, { force: true });
  // Appended to: a second start, which will be refused, must not wipe what the first one wrote.
  const log = openSync(logFile, 'a', 0o600);
  const main = join(import.meta.dirname, '..', '..', 'bin', 'session-main.ts');
  const argument: SessionArgument = {
    repoRoot: context.repoRoot,
    labDir: context.labDir,
    scenario: options.scenario,
    seed: options.seed,
    rate: options.rate ?? null,
  };
  try {
    return spawn(process.execPath, [main, JSON.stringify(argument)], {
      cwd: context.repoRoot,
      detached: true,
      env: { ...context.io.env },
      stdio: ['ignore', log, log, 'ipc'],
    });
  } finally {
    closeSync(log);
  }
}

function untilReady(child: ChildProcess, reporter: SessionReporter, logFile: string): Promise<SessionInfo> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const told = message as SessionMessage;
      if (told.kind === 'error') reject(errorFromFacts(told.error));
      else if (told.kind === 'stopped') {
        reporter.warn('Stopped before it was up.');
        reject(new Interrupted('lab stop'));
      } else if (told.kind === 'failed') reporter.failed();
      else if (told.kind === 'ready') {
        reporter.ready(told.info);
        resolve(told.info);
      } else reporter[told.kind](told.text);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      void lastLines(logFile).then((lines) => reject(endedEarly(code, signal, lines)));
    });
  });
}

function endedEarly(code: number | null, signal: NodeJS.Signals | null, lines: string): Error {
  if (signal === null) return new Error(`The session ended while it started (exit code ${code}).${lines}`);
  return new EnvironmentError('E_SESSION_KILLED', {
    message: `The session was ended by ${signal} while it started.`,
    hint: 'npx lab stop clears away what it left; then npx lab start again',
  });
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.trim().split('\n').slice(-8).join('\n');
  return lines === '' ? '' : `\n${lines}`;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
}
