import type { Experiment, ExperimentHandle, Held } from '@lab/sdk';
import { throughOutage } from './outage.ts';

/** Longer than the outage can take; it ends by itself where nobody ends it. */
const pauseMsMax = 30_000;

/**
 * As on that Friday: the store takes connections and answers a PING, and no question to it is answered. When it goes on, it
 * does what it was asked meanwhile, for those who still are connected. Somebody guesses passwords meanwhile.
 */
export const hangs: Experiment = {
  id: 'hangs',
  title: 'The limits store hangs, and goes on by itself',
  phase: 'disturb',
  disturbsLoad: true,
  timeoutMs: 60_000,
  attemptsMax: 2,
  run: (h) =>
    throughOutage(h, {
      party: 'hangs',
      isGuessed: true,
      breakStore: async () => ({ held: [await pauseStore(h)], up: h.replicas }),
    }),
};

/** All that writes waits in the store, scripts included. The lab's own questions about its health do not. */
async function pauseStore(h: ExperimentHandle): Promise<Held> {
  await h.limits.command('CLIENT', 'PAUSE', pauseMsMax, 'WRITE');
  let isPaused = true;
  const release = async (): Promise<void> => {
    if (!isPaused) return;
    isPaused = false;
    await h.limits.command('CLIENT', 'UNPAUSE');
  };
  return { release, [Symbol.asyncDispose]: release };
}
