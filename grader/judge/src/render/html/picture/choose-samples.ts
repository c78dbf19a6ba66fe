import type { Sample } from '@lab/sdk';
import { thinned } from './choose-operations.ts';

const linesMax = 12;
const pointsMax = 150;

export interface SampleLine {
  /** The series, and its labels. */
  readonly name: string;
  /** In order of time; at least two. */
  readonly points: readonly Sample[];
}

interface ChosenLines {
  readonly lines: readonly SampleLine[];
  /** Series with a line of their own that were not chosen. */
  readonly leftOut: number;
}

/** `load.latency_p95_ms (name detail, window calm)`. */
export function sampleName({ series, labels }: Sample): string {
  const parts = Object.entries(labels ?? {}).map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? series : `${series} (${parts.join(', ')})`;
}

/** Series that make a line, latency and requests first; long ones are thinned out evenly. */
export function chooseLines(samples: readonly Sample[]): ChosenLines {
  const all = [...Map.groupBy(samples, sampleName)]
    .filter(([, points]) => points.length > 1)
    .sort(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1));
  const lines = all.slice(0, linesMax).map(([name, points]) => ({
    name,
    points: thinned(
      points.toSorted((one, other) => one.atMs - other.atMs),
      pointsMax,
    ),
  }));
  return { lines, leftOut: all.length - lines.length };
}

function rank(name: string): number {
  return /latency|requests/.test(name) ? 0 : 1;
}
