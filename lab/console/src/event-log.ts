import { closeSync, createReadStream, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** One line of `events.ndjson`, and one event of the stream. */
export interface LabEvent {
  /** From 1, without gaps. */
  readonly seq: number;
  readonly event: string;
  readonly v: 1;
  readonly run: string;
  /** Milliseconds since the run's clock started. */
  readonly t: number;
  /** Milliseconds since the epoch. */
  readonly wall: number;
  readonly [field: string]: unknown;
}

/** How many are kept of events that come all the time, by their name. */
export type Plenty = Readonly<Record<string, number>>;

export interface EventLog extends Disposable {
  readonly run: string;
  append(event: string, fields: Readonly<Record<string, unknown>>): LabEvent;
  /** Events after `seq`, from the file, oldest first; of kinds that are `plenty` the newest, of all else every one. */
  since(seq: number, plenty: Plenty): Promise<readonly LabEvent[]>;
  subscribe(listener: (event: LabEvent) => void): () => void;
}

const textBytesMax = 2_048;

/** Appends to `file`, one line per event. A line is on its way to the disk before a subscriber sees it. */
export function openEventLog(options: { file: string; run: string; startedWallMs: number }): EventLog {
  const handle = openSync(options.file, 'a', 0o600);
  const listeners = new Set<(event: LabEvent) => void>();
  let seq = 0;
  let open = true;
  return {
    run: options.run,
    append(event, fields) {
      const wall = Date.now();
      seq += 1;
      const line: LabEvent = {
        seq,
        event,
        v: 1,
        run: options.run,
        t: wall - options.startedWallMs,
        wall,
        ...cap(fields),
      };
      if (open) writeLine(handle, line);
      for (const listener of listeners) listener(line);
      return line;
    },
    since: (after, plenty) => readEvents(options.file, { after, plenty }),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    [Symbol.dispose]() {
      if (open) closeSync(handle);
      open = false;
      listeners.clear();
    },
  };
}

function writeLine(handle: number, line: LabEvent): void {
  try {
    writeSync(handle, `${JSON.stringify(line)}\n`);
  } catch {
    // The disk is full: that must not end the session. Who listens is told all the same.
  }
}

/** Long texts, as a learner's log lines, are cut so that one line never floods the stream. */
function cap(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const capped = Object.entries(fields).map(([name, value]) => [
    name,
    typeof value === 'string' && value.length > textBytesMax ? `${value.slice(0, textBytesMax)}…` : value,
  ]);
  return Object.fromEntries(capped);
}

async function readEvents(file: string, range: { after: number; plenty: Plenty }): Promise<readonly LabEvent[]> {
  const events: LabEvent[] = [];
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    const event = parseLine(line);
    if (event !== null && event.seq > range.after) events.push(event);
  }
  const left = new Map(Object.entries(range.plenty));
  const kept = events.toReversed().filter(({ event }) => {
    const room = left.get(event);
    if (room !== undefined) left.set(event, room - 1);
    return room === undefined || room > 0;
  });
  return kept.reverse();
}

function parseLine(line: string): LabEvent | null {
  try {
    const event = JSON.parse(line) as LabEvent;
    return typeof event.seq === 'number' ? event : null;
  } catch {
    // The last line may be cut when the lab was killed.
    return null;
  }
}
