import { spawn } from 'node:child_process';
import type { Io } from './io.ts';

/** What shows a file to a person here; null where there is no display. */
function opener(env: Io['env'], platform: NodeJS.Platform): string | null {
  if (platform === 'darwin') return 'open';
  const hasDisplay = [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((value) => value !== undefined && value !== '');
  return hasDisplay ? 'xdg-open' : null;
}

// Some programs end at once, others when their window is closed.
const failsWithinMs = 2_000;

/** Whether the file was opened. Never throws: who sees no browser is given the address. */
export async function openInBrowser(file: string, env: Io['env'], platform = process.platform): Promise<boolean> {
  const program = opener(env, platform);
  return program !== null && (await startForPerson(program, [file], env));
}

/** Starts a program with a window of its own, without a shell; false where it cannot be run, or fails at once. */
export async function startForPerson(program: string, args: readonly string[], env: Io['env']): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  // It is the reader's own, and outlives the command.
  const child = spawn(program, args, { env, stdio: 'ignore', detached: true });
  const limit = setTimeout(() => resolve(true), failsWithinMs);
  child.once('error', () => resolve(false));
  child.once('exit', (exitCode) => resolve(exitCode === 0));
  child.unref();
  try {
    return await promise;
  } finally {
    clearTimeout(limit);
  }
}
