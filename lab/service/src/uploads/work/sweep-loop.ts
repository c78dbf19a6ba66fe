import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../platform/logger.ts';
import { createStateLog } from '../../platform/state-log.ts';

interface Sweep {
  readonly name: string;
  readonly everyMs: number;
  run(signal: AbortSignal): Promise<void>;
}

/** Runs something again and again until it is stopped, a while apart: up to 20 % more, so that workers fall out of step. */
export function startSweepLoop(
  { name, everyMs, run }: Sweep,
  log: Log,
  random = Math.random,
): { stop(): Promise<void> } {
  const state = createStateLog(log, name);
  const stopping = new AbortController();
  const { signal } = stopping;
  const ended = loop();

  return {
    async stop() {
      stopping.abort(new Error('The worker is stopping.'));
      await ended;
    },
  };

  async function loop(): Promise<void> {
    for (;;) {
      await sleep(everyMs * (1 + 0.2 * random()), undefined, { signal }).catch(() => {}); // Told to stop.
      if (signal.aborted) return;
      await run(signal).then(state.works, (error: unknown) => {
        // What is left is swept another time.
        if (!signal.aborted) state.fails(error);
      });
    }
  }
}
