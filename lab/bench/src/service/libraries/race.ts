import { setTimeout as delay } from 'node:timers/promises';
import { median } from '../../report/statistics.ts';

/** One of those that do the same work. */
export interface Contender extends AsyncDisposable {
  readonly name: string;
  /** Works for one round; resolves to operations a second. */
  round(): Promise<number>;
}

const rounds = 5;
/** What one has left to do behind its answers is not the next one's burden. */
const usualRestMs = 200;

/**
 * Operations a second by name, the median of five rounds. All take turns and begin in turns, so that whatever else
 * this machine does meets all of them alike; a round before the first is not counted.
 */
export async function race(
  contenders: readonly Contender[],
  { signal, restMs = usualRestMs }: { readonly signal: AbortSignal; readonly restMs?: number },
): Promise<Record<string, number>> {
  const results = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of rotated(contenders, round)) {
      signal.throwIfAborted();
      const perSecond = await contender.round();
      if (round > 0) results.get(contender.name)?.push(perSecond);
      await delay(restMs, undefined, { signal });
    }
  }
  return Object.fromEntries([...results].map(([name, values]) => [name, median(values)]));
}

/** How many times as fast as the first the fastest is; 1 where the first one is. */
export function behindFastest(results: Readonly<Record<string, number>>): number {
  const [own = 0, ...others] = Object.values(results);
  return Math.max(own, ...others) / own;
}

/** Operations a second of work that goes on for a time, so many at once. */
export async function throughput(
  operation: (index: number) => Promise<unknown>,
  { durationMs, atOnce }: { readonly durationMs: number; readonly atOnce: number },
): Promise<number> {
  const beganMs = performance.now();
  let done = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    while (performance.now() - beganMs < durationMs) {
      await operation(next++);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return (done / (performance.now() - beganMs)) * 1_000;
}

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
