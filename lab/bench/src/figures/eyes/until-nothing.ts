import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, readSession } from '@lab/console';
import { listeners, portsOf, segments } from '../../machine/proc.ts';
import { entriesOf } from '../../machine/read-files.ts';
import { leftOf, type Present, type Watched } from './leftovers.ts';
import { labProcesses } from './memory.ts';

/** A checkout whose lab is looked at. */
export interface WatchedPlace {
  readonly root: string;
  readonly labDir: string;
}

export interface Ending {
  /** Until a look found nothing, or until the looking ended. */
  readonly tookS: number;
  /** What was there at the last look; empty when nothing was. */
  readonly left: readonly string[];
}

const lookEveryMs = 10;

/** What the lab of this checkout has now: to be called while it runs. */
export function watchLab(place: WatchedPlace, labPid: number): Watched {
  const processes = labProcesses(place);
  return { labPid, processes, ports: portsOf(processes.map(({ pid }) => pid)) };
}

/** Looks until nothing of the lab is left, for `withinMs` after `beganMs` at most. */
export async function untilNothing(
  place: WatchedPlace,
  options: {
    readonly watched: Watched;
    readonly beganMs: number;
    readonly withinMs: number;
    readonly signal: AbortSignal;
  },
): Promise<Ending> {
  const { watched, beganMs, withinMs, signal } = options;
  for (;;) {
    // Those that were there are asked first: a look at every process of the machine costs more.
    const isThere = watched.processes.some(({ pid, startTime }) => isAlive(pid, startTime));
    const isLate = performance.now() - beganMs > withinMs;
    const left = isThere && !isLate ? null : leftOf(watched, present(place));
    const tookS = (performance.now() - beganMs) / 1_000;
    if (left !== null && (left.length === 0 || isLate)) return { tookS, left };
    await delay(lookEveryMs, undefined, { signal });
  }
}

function present(place: WatchedPlace): Present {
  const files = lockFiles(place.labDir);
  return { processes: labProcesses(place), listeners: listeners(), segments: segments(), files };
}

/** What a lab that has ended may not leave: its claim, the lock of the claim, and the parts' own folders. */
function lockFiles(labDir: string): string[] {
  const held = entriesOf(join(labDir, 'runs')).flatMap((run) =>
    entriesOf(join(labDir, 'runs', run)).includes('parts') ? [`runs/${run}/parts`] : [],
  );
  const lock = entriesOf(labDir).filter((name) => name === 'session.lock');
  return [...(readSession(labDir).kind === 'running' ? ['session.json'] : []), ...lock, ...held];
}
