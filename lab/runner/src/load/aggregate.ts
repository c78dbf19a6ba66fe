import type { Sample } from '@lab/sdk';

/** One request of the load generator, as k6 reports it. */
export interface LoadPoint {
  readonly atMs: number;
  readonly name: string;
  readonly durationMs: number;
  readonly failed: boolean;
}

export interface LatencySummary {
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Nearest-rank percentile of values already in ascending order; 0 of none. */
export function percentile(sorted: readonly number[], rank: number): number {
  if (sorted.length === 0) return 0;
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1));
  return sorted[index] ?? 0;
}

export function summarise(points: readonly LoadPoint[]): LatencySummary {
  const sorted = points.map((point) => point.durationMs).sort((a, b) => a - b);
  return {
    requests: points.length,
    failed: points.filter((point) => point.failed).length,
    p50Ms: percentile(sorted, 50),
    p95Ms: percentile(sorted, 95),
    p99Ms: percentile(sorted, 99),
    maxMs: sorted.at(-1) ?? 0,
  };
}

/** The points as samples: per name, over one window of the run. */
export function windowSamples(
  points: readonly LoadPoint[],
  window: { readonly name: string; readonly fromMs: number; readonly toMs: number },
): Sample[] {
  const inside = points.filter((point) => point.atMs >= window.fromMs && point.atMs < window.toMs);
  const names = [...new Set(inside.map((point) => point.name))].sort();
  return names.flatMap((name) => {
    const summary = summarise(inside.filter((point) => point.name === name));
    const labels = { name, window: window.name };
    const at = { atMs: window.toMs, labels };
    return [
      { ...at, series: 'load.requests', value: summary.requests },
      { ...at, series: 'load.failed', value: summary.failed },
      { ...at, series: 'load.latency_p50_ms', value: summary.p50Ms },
      { ...at, series: 'load.latency_p95_ms', value: summary.p95Ms },
      { ...at, series: 'load.latency_p99_ms', value: summary.p99Ms },
    ];
  });
}
