import { setTimeout as sleep } from 'node:timers/promises';

/** Time, as faults use it; tests put their own in its place. */
export interface FaultClock {
  nowMs(): number;
  sleep(ms: number): Promise<void>;
  /** Calls `work` after so long; returns the way to call it off. */
  after(ms: number, work: () => void): () => void;
}

export const systemClock: FaultClock = {
  nowMs: () => performance.now(),
  sleep: async (ms) => {
    await sleep(ms);
  },
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
};
