import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, ExperimentRecord, Sample, TableDump, TimelineEvent, UnexpectedExit } from '@lab/sdk';

/** What a run collects while it goes on; `collect` turns it into evidence. */
export interface Recorder {
  readonly samples: Sample[];
  readonly timeline: TimelineEvent[];
  readonly experiments: ExperimentRecord[];
  readonly exits: UnexpectedExit[];
  readonly tables: TableDump[];
  readonly usedKeys: { readonly experiment: string; readonly key: string }[];
  readonly shared: Map<string, Promise<unknown>>;
  /** When a link of this replica was last held, slow or cut. */
  readonly disturbedMs: Map<string, number>;
  readonly phasesMs: Record<string, number>;
  event(event: Omit<TimelineEvent, 'atMs'>): void;
  /** Runs one phase and keeps how long it took. */
  phase<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Events also go to `events.ndjson` at once: a run that is cut short still tells its story. */
export function createRecorder(runDir: string, clock: Clock, onEvent?: (event: TimelineEvent) => void): Recorder {
  const timeline: TimelineEvent[] = [];
  const phasesMs: Record<string, number> = {};
  const file = join(runDir, 'events.ndjson');
  const event = (fields: Omit<TimelineEvent, 'atMs'>): void => {
    const full: TimelineEvent = { atMs: clock.nowMs(), ...fields };
    timeline.push(full);
    appendFileSync(file, `${JSON.stringify(full)}\n`);
    onEvent?.(full);
  };
  return {
    samples: [],
    timeline,
    experiments: [],
    exits: [],
    tables: [],
    usedKeys: [],
    shared: new Map(),
    disturbedMs: new Map(),
    phasesMs,
    event,
    phase: async (name, work) => {
      const startMs = clock.nowMs();
      event({ event: 'phase', name, state: 'begin' });
      try {
        return await work();
      } finally {
        phasesMs[name] = Math.round(clock.nowMs() - startMs);
        event({ event: 'phase', name, state: 'end' });
      }
    },
  };
}
