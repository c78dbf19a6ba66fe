import type { Operation } from '@lab/sdk';

/** Figures of one second of a stored run; null where nothing was asked in it. */
export interface SecondFigures {
  /** Begin of the second, in milliseconds since the run's clock started. */
  readonly t: number;
  readonly s: {
    readonly requestsPerSecond: number;
    readonly failedPerSecond: number;
    readonly p50Ms: number | null;
    readonly p95Ms: number | null;
    readonly p99Ms: number | null;
  };
}

const secondMs = 1_000;
/** Longer than any run: what is beyond it was recorded wrongly. */
const secondsMax = 3_600;

/** What the lab's own clients saw, second by second, by the end of each call. Seconds without a call are there too. */
export function operationSeries(history: readonly Operation[]): SecondFigures[] {
  const bySecond = new Map<number, Operation[]>();
  for (const operation of history) {
    const second = Math.floor(operation.endMs / secondMs);
    if (second < 0 || second > secondsMax) continue;
    bySecond.set(second, [...(bySecond.get(second) ?? []), operation]);
  }
  const seconds = [...bySecond.keys()];
  if (seconds.length === 0) return [];
  const first = Math.min(...seconds);
  const count = Math.max(...seconds) - first + 1;
  return Array.from({ length: count }, (_, index) => figuresOf(first + index, bySecond.get(first + index) ?? []));
}

function figuresOf(second: number, operations: readonly Operation[]): SecondFigures {
  const durations = operations.map(({ startMs, endMs }) => endMs - startMs).sort((one, other) => one - other);
  return {
    t: second * secondMs,
    s: {
      requestsPerSecond: operations.length,
      failedPerSecond: operations.filter(({ outcome }) => outcome !== 'ok').length,
      p50Ms: nearestRank(durations, 50),
      p95Ms: nearestRank(durations, 95),
      p99Ms: nearestRank(durations, 99),
    },
  };
}

function nearestRank(sorted: readonly number[], rank: number): number | null {
  const value = sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}
