import type { LabEvent } from './follow-events.ts';

export interface Order {
  /** After which event a lost stream goes on; null before the first. */
  lastId(): string | null;
  take(event: LabEvent): void;
}

/** Further back nothing is still on its way: what is missing there was left out on purpose, as old ticks are. */
const reach = 500;

/**
 * Lets each event of a run through once: a server may send again what it is not sure has arrived. What is missing
 * lately is asked for again when the stream goes on.
 */
export function createOrder(onEvent: (event: LabEvent) => void): Order {
  let run = '';
  let newest = 0;
  let first = 0;
  let seen = new Set<number>();
  const resumeAt = (): number => {
    for (let seq = Math.max(first, newest - reach) + 1; seq < newest; seq += 1) {
      if (!seen.has(seq)) return seq - 1;
    }
    return newest;
  };
  const isNew = (seq: number): boolean => {
    if (seen.has(seq) || seq <= newest - reach) return false;
    if (newest === 0) first = seq;
    newest = Math.max(newest, seq);
    seen.add(seq);
    if (seen.size > 4 * reach) seen = new Set([...seen].filter((one) => one > newest - reach));
    return true;
  };
  return {
    lastId: () => (newest === 0 ? null : `${run}:${resumeAt()}`),
    take(event) {
      if (event.run !== run) {
        run = event.run;
        newest = 0;
        first = 0;
        seen = new Set();
      }
      if (event.seq === undefined || isNew(event.seq)) onEvent(event);
    },
  };
}
