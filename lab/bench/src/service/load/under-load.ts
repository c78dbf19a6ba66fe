import { beginLoad, type LoadTick } from '@lab/runner';
import { type ServiceFigures, summariseLoad } from '../../figures/measure/summarise-load.ts';
import { pssKib } from '../../machine/proc.ts';
import { percentile, sum } from '../../report/statistics.ts';
import type { ServiceGround } from './with-service.ts';

export interface LoadOptions {
  readonly ratePerSecond: number;
  readonly windowMs: number;
  /** Of the load's draws; two loads on the same data need two. */
  readonly seed: number;
}

export interface LoadSeen {
  readonly figures: ServiceFigures;
  /** Null where no second of the window was counted. */
  readonly statementsPerSecond: number | null;
  /** In MiB, by the name of the process, in the order of time. Empty where the system does not tell. */
  readonly memory: ReadonlyMap<string, readonly number[]>;
  /** Of the requests of one kind, as the script names them. */
  percentileOf(kind: string, rank: number): number;
}

/** Caches are warm and code is compiled well before. */
const settleMs = 5_000;
/** k6 hands its points over in batches. */
const flushMs = 500;
const readEveryMs = 5_000;

/** Loads the replicas that run, and tells what was seen in the window after they have settled. */
export async function underLoad(ground: ServiceGround, options: LoadOptions): Promise<LoadSeen> {
  const { bench, testbed, clock } = ground;
  const { ratePerSecond, windowMs, seed } = options;
  const scenario = { ...ground.scenario, workload: { ...ground.scenario.workload, ratePerSecond } };
  const ticks: LoadTick[] = [];
  const memory = new Map<string, number[]>();
  const { root: repoRoot } = bench.folder;
  const onTick = (tick: LoadTick) => void ticks.push(tick);
  const load = await beginLoad({ testbed, scenario, repoRoot, clock, signal: bench.signal, seed, onTick });
  try {
    await clock.sleep(settleMs);
    const fromMs = clock.nowMs();
    for (let left = windowMs; left > 0; left -= readEveryMs) {
      await clock.sleep(Math.min(left, readEveryMs));
      readMemory(ground, memory);
    }
    const toMs = clock.nowMs();
    await clock.sleep(flushMs);
    const failure = load.failure();
    if (failure !== null) throw failure;
    const { points, droppedAtMs } = load;
    const isInside = ({ atMs }: { readonly atMs: number }) => atMs >= fromMs && atMs < toMs;
    const inside = points.filter(isInside);
    const seconds = ticks.filter(isInside).flatMap((tick) => tick.databaseStatementsPerSecond ?? []);
    return {
      figures: summariseLoad({ points, droppedAtMs, ticks, fromMs, toMs, ratePerSecond }),
      statementsPerSecond: seconds.length === 0 ? null : sum(seconds) / seconds.length,
      memory,
      percentileOf: (kind, rank) =>
        percentile(
          inside.flatMap(({ name, durationMs }) => (name === kind ? [durationMs] : [])),
          rank,
        ),
    };
  } finally {
    await load.stop();
  }
}

function readMemory({ testbed }: ServiceGround, memory: Map<string, number[]>): void {
  for (const { name, pid } of testbed.replicas) {
    const mib = pssKib(pid) / 1_024;
    if (mib > 0) memory.set(name, [...(memory.get(name) ?? []), mib]);
  }
}
