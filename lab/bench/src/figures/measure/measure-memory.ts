import { setTimeout as delay } from 'node:timers/promises';
import { controlLoad } from '@lab/console';
import { LabError } from '@lab/sdk';
import { assertProc } from '../../machine/proc.ts';
import { figure } from '../../report/figure.ts';
import { atMost, timesFloor } from '../../report/goal.ts';
import { attempt, type Bench } from '../bench.ts';
import { describeMemory, largestOf, type MemoryByPart, readMemory, totalMiB } from '../eyes/memory.ts';
import { type Practice, startCommand, startPractice } from '../stage/practice.ts';

const idleFactor = 1.5;
const loadFactor = 2.5;
const serviceMiBMax = 110;
const readingsCount = 5;
const betweenMs = { idle: 500, load: 2_000 };
/** Heaps have grown to what this load needs well before. */
const settleMs = { idle: 3_000, load: 20_000 };

/** Memory of a practice session: the load is that of a grade. */
export async function measureMemory(bench: Bench): Promise<void> {
  for (const { id } of bench.scenarios) {
    const how = `${startCommand(id)}, then Pss in /proc/<pid>/smaps_rollup of all its processes`;
    const about = { of: id, how, unit: 'MiB', statistic: 'median' } as const;
    await attempt(bench, { ...about, rows: ['memory-idle', 'memory-load', 'pss-api', 'pss-worker'] }, async () => {
      assertProc();
      const floor = bench.floors.get(id)?.pssMiB;
      await using practice = await startPractice(bench.folder, id, bench.signal);
      await switchLoad(practice, 'pause');
      const idle = await read(bench, practice, 'idle');
      bench.rows.add(figure({ ...about, row: 'memory-idle', ...told(idle), goal: timesFloor(idleFactor, floor) }));
      await switchLoad(practice, 'resume');
      const loaded = await read(bench, practice, 'load');
      bench.rows.add(figure({ ...about, row: 'memory-load', ...told(loaded), goal: timesFloor(loadFactor, floor) }));
      addProcesses(bench, { ...about, loaded });
    });
  }
}

/** One figure for each program of ShelfWise that the scenario has. */
function addProcesses(
  { rows }: Bench,
  { loaded, ...about }: { readonly of: string; readonly how: string; readonly loaded: readonly MemoryByPart[] },
): void {
  for (const program of ['api', 'worker'] as const) {
    const samples = largestOf(program, loaded);
    if (samples.length === 0) continue;
    const goal = atMost(serviceMiBMax);
    const note = 'The code that the exercise starts with.';
    rows.add(figure({ ...about, row: `pss-${program}`, unit: 'MiB', statistic: 'max', samples, goal, note }));
  }
}

function told(readings: readonly MemoryByPart[]): { samples: number[]; note: string } {
  const last = readings.at(-1);
  return { samples: readings.map(totalMiB), note: last === undefined ? '' : describeMemory(last) };
}

async function read({ folder, signal }: Bench, practice: Practice, state: 'idle' | 'load'): Promise<MemoryByPart[]> {
  await delay(settleMs[state], undefined, { signal });
  const readings: MemoryByPart[] = [];
  while (readings.length < readingsCount) {
    if (readings.length > 0) await delay(betweenMs[state], undefined, { signal });
    readings.push(readMemory(folder, practice.info.labPid));
  }
  return readings;
}

async function switchLoad({ record }: Practice, action: 'pause' | 'resume'): Promise<void> {
  if (await controlLoad(record, action, process.pid)) return;
  throw new LabError('E_BENCH_SESSION', { message: `The session did not ${action} its load.` });
}
