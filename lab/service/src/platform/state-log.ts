import type { Log } from './logger.ts';

export interface StateLog {
  works(): void;
  fails(error: unknown): void;
}

/** One line per change of state: an outage causes the same error again and again. */
export function createStateLog(log: Log, name: string): StateLog {
  let working: boolean | undefined;
  return {
    works() {
      if (working === false) log.info({}, `${name} works again`);
      working = true;
    },
    fails(error) {
      if (working !== false) log.error({ err: error }, `${name} fails`);
      working = false;
    },
  };
}
