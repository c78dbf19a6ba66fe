import { flushCompileCache } from 'node:module';
import { ConfigurationError } from './config.ts';
import type { Log } from './logger.ts';

interface Stoppable {
  /** Resolves with false when something in hand could not be finished. */
  stop(): Promise<unknown>;
}

interface RunOptions {
  /** Of all that `stop` does. It has limits of its own; this one is for what they forgot. */
  readonly stopLimitMs?: number;
}

const STOP_LIMIT_MS = 60_000;

/**
 * Starts a program and stops it on SIGTERM or SIGINT. The exit code is 0 when everything in hand was finished, and 1 when
 * something was cut off, when stopping takes too long, or after a second signal, which ends it at once.
 * After an error that nobody handled the state is unknown, so the process ends and its supervisor starts a new one.
 */
export async function runUntilSignalled(
  process: NodeJS.Process,
  log: Log,
  start: () => Promise<Stoppable>,
  { stopLimitMs = STOP_LIMIT_MS }: RunOptions = {},
): Promise<void> {
  const crash = (message: string) => (error: unknown) => {
    log.fatal({ err: error }, message);
    process.exit(1);
  };
  process.on('uncaughtException', crash('uncaught exception'));
  process.on('unhandledRejection', crash('unhandled rejection'));

  const starting = start();
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) {
      log.warn({ signal }, 'second signal, ending at once');
      process.exit(1);
    }
    stopping = true;
    setTimeout(() => crash('shutdown took too long')(undefined), stopLimitMs).unref();
    const stopped = starting.then((program) => program.stop());
    stopped.then((finished) => process.exit(finished === false ? 1 : 0), crash('shutdown failed'));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  await starting;
  // Node writes its compile cache when a process ends well; one that is killed would leave the next boot slow.
  flushCompileCache();
}

/** A wrong environment is the operator's to mend: they get the message without a stack, and exit code 1. */
export function configureOrExit<T>(process: NodeJS.Process, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}
