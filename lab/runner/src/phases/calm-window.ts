import type { Clock, Sample } from '@lab/sdk';
import { openDatabaseHandle } from '../handle/database.ts';
import { windowSamples } from '../load/aggregate.ts';
import type { Load } from '../load/load.ts';
import type { Testbed } from '../testbed/testbed.ts';

interface CalmWindowOptions {
  readonly testbed: Testbed;
  readonly load: Load;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly name: string;
  readonly durationMs: number;
}

/** A stretch of load without fault or barrier: what latency, error and database goals are taken from. */
export interface CalmWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly samples: readonly Sample[];
}

/** k6 hands its points over in batches; this long after the window all of them are here. */
const k6FlushMs = 300;

export async function measureCalmWindow(options: CalmWindowOptions): Promise<CalmWindow> {
  const { clock, name } = options;
  await using database = await openDatabaseHandle({
    url: options.testbed.adminUrl(),
    run: options.testbed.run,
    experiment: name,
    signal: options.signal,
  });
  const before = await database.statementCount();
  const fromMs = clock.nowMs();
  await clock.sleep(options.durationMs);
  const toMs = clock.nowMs();
  const statements = (await database.statementCount()) - before;
  await clock.sleep(k6FlushMs);
  const labels = { window: name };
  const dropped = options.load.droppedAtMs.filter((atMs) => atMs >= fromMs && atMs < toMs).length;
  return {
    fromMs,
    toMs,
    samples: [
      ...windowSamples(options.load.points, { name, fromMs, toMs }),
      { atMs: toMs, series: 'load.dropped', value: dropped, labels },
      { atMs: toMs, series: 'window.duration_ms', value: toMs - fromMs, labels },
      { atMs: toMs, series: 'database.statements', value: statements, labels },
    ],
  };
}
