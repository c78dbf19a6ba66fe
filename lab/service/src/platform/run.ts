import { ConfigurationError } from './config.ts';
import type { Log } from './logger.ts';

interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Starts a program and stops it on SIGTERM or SIGINT; a second signal ends it at once with exit code 1.
 * After an error that nobody handled the state is unknown, so the process ends and its supervisor starts a new one.
 */
export async function runUntilSignalled(
  process: NodeJS.Process,
  log: Log,
  start: () => Promise<Stoppable>,
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
    starting.then((program) => program.stop()).then(() => process.exit(0), crash('shutdown failed'));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  await starting;
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
