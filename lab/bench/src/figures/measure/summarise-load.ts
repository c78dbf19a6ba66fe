import type { Load, LoadTick } from '@lab/runner';
import { percentile, sum } from '../../report/statistics.ts';

export interface LoadFacts {
  readonly points: Load['points'];
  readonly droppedAtMs: readonly number[];
  readonly ticks: readonly Pick<LoadTick, 'atMs' | 'requestsPerSecond' | 'databaseStatementsPerSecond'>[];
  /** The window that counts, by the clock of the points. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly ratePerSecond: number;
}

export interface ServiceFigures {
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly planned: number;
  readonly dropped: number;
  /** Delivered against planned, negative where it is less. */
  readonly deviationPercent: number;
  /** Null where no second of the window was counted. */
  readonly statementsPerRequest: number | null;
}

/** The figures of one window of load; the echo server's answers are left out. Throws `RangeError` for an empty one. */
export function summariseLoad({ points, droppedAtMs, ticks, ratePerSecond, ...window }: LoadFacts): ServiceFigures {
  const { fromMs, toMs } = window;
  const isInside = (atMs: number): boolean => atMs >= fromMs && atMs < toMs;
  const inside = points.filter(({ name, atMs }) => name !== 'echo' && isInside(atMs));
  const durations = inside.map(({ durationMs }) => durationMs);
  const planned = Math.round((ratePerSecond * (toMs - fromMs)) / 1_000);
  return {
    requests: inside.length,
    failed: inside.filter(({ failed }) => failed).length,
    p50Ms: percentile(durations, 50),
    p95Ms: percentile(durations, 95),
    p99Ms: percentile(durations, 99),
    planned,
    dropped: droppedAtMs.filter(isInside).length,
    deviationPercent: (inside.length / planned - 1) * 100,
    statementsPerRequest: statementsPerRequest(ticks.filter(({ atMs }) => isInside(atMs))),
  };
}

/** Seconds are counted by two clocks a little apart: over a minute that does not matter. */
function statementsPerRequest(ticks: LoadFacts['ticks']): number | null {
  const counted = ticks.filter(({ databaseStatementsPerSecond }) => databaseStatementsPerSecond !== null);
  const requests = sum(counted.map((tick) => tick.requestsPerSecond));
  if (requests === 0) return null;
  return sum(counted.map((tick) => tick.databaseStatementsPerSecond ?? 0)) / requests;
}
