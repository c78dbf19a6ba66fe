import type { FaultClock } from '../fault-clock.ts';

export interface FakeClock extends FaultClock {
  /** Lets so much time go by, and what is due happen; resolves when all of that is done. */
  pass(ms: number): Promise<void>;
  /** Timers that wait. */
  readonly waiting: () => number;
}

/** Time that goes by only when it is told to, or slept through. */
export function fakeClock(): FakeClock {
  const timers = new Set<{ readonly atMs: number; work(): void }>();
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
    },
    after: (ms, work) => {
      const timer = { atMs: nowMs + ms, work };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass: async (ms) => {
      nowMs += ms;
      for (const timer of timers) {
        if (timer.atMs > nowMs) continue;
        timers.delete(timer);
        timer.work();
      }
      // What was set off is done in promises alone.
      await new Promise((resolve) => setImmediate(resolve));
    },
    waiting: () => timers.size,
  };
}
