import { createEventQueue } from './event-queue.ts';

/** A world with a clock of its own. Nothing in it waits: the clock jumps from one event to the next. */
export interface Simulation<Entry> {
  nowMs(): number;
  /** At `nowMs` at the earliest. What is later than the end never happens. */
  at(atMs: number, action: () => void): void;
  after(pauseMs: number, action: () => void): void;
  /** Writes into the log what happened now. */
  note(entry: Entry): void;
  /** Runs to the end and returns the log, in order of time. Throws where there is no end in sight. */
  run(): readonly Noted<Entry>[];
}

export type Noted<Entry> = Entry & { readonly atMs: number };

interface SimulationSettings {
  readonly endMs: number;
  /** A model that makes events out of events without end is a mistake of ours. */
  readonly eventsMax?: number;
}

export function createSimulation<Entry extends object>(settings: SimulationSettings): Simulation<Entry> {
  const { endMs, eventsMax = 200_000 } = settings;
  const queue = createEventQueue<() => void>();
  const log: Noted<Entry>[] = [];
  let now = 0;

  const at = (atMs: number, action: () => void) => {
    if (atMs <= endMs) queue.push(Math.max(now, atMs), action);
  };

  return {
    nowMs: () => now,
    at,
    after: (pauseMs, action) => at(now + pauseMs, action),
    note: (entry) => void log.push({ ...entry, atMs: now }),
    run() {
      for (let count = 0; ; count += 1) {
        const event = queue.pop();
        if (event === undefined) return log;
        if (count === eventsMax) throw new Error(`The simulation made more than ${eventsMax} events.`);
        now = event.atMs;
        event.item();
      }
    },
  };
}
