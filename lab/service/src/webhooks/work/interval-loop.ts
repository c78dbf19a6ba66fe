import { setTimeout as sleep } from 'node:timers/promises';
import type { StateLog } from '../../platform/state-log.ts';

interface IntervalLoopParts {
  readonly action: () => Promise<void>;
  readonly pauseMs: number;
  readonly state: StateLog;
}

/** Does something again and again until it is stopped; `stop` waits for the run in hand. */
export function startIntervalLoop({ action, pauseMs, state }: IntervalLoopParts): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ended = run();
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await action().then(state.works, state.fails);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {}); // Told to stop.
    }
  }
}
