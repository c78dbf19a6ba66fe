import type { LabEvent } from './follow-events.ts';

/** The events of the run so far, for tabs that come later. */
export interface EventHistory {
  add(event: LabEvent): void;
  all(): readonly LabEvent[];
  clear(): void;
}

/** As many of the plentiful kinds as the server keeps for a page; of all else every one. */
const plenty: Readonly<Record<string, number>> = { tick: 3_600, log: 1_000 };
/** How many more than that may be there before it is cut back. */
const slack = 500;

export function createHistory(): EventHistory {
  let run = '';
  let events: LabEvent[] = [];
  let added = 0;
  return {
    add(event) {
      // Another session has begun: what was before is none of its.
      if (event.run !== run) events = [];
      run = event.run;
      events.push(event);
      added += 1;
      if (added < slack) return;
      added = 0;
      events = cutBack(events);
    },
    all: () => [...events],
    clear() {
      run = '';
      events = [];
    },
  };
}

function cutBack(events: readonly LabEvent[]): LabEvent[] {
  const left = new Map(Object.entries(plenty));
  const kept = events.toReversed().filter(({ event }) => {
    const room = left.get(event);
    if (room !== undefined) left.set(event, room - 1);
    return room === undefined || room > 0;
  });
  return kept.reverse();
}
