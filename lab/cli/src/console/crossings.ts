/** A figure of the running session that went over its limit, or came back. */
export interface Crossing {
  readonly series: string;
  /** As people call it. */
  readonly what: string;
  readonly state: 'above' | 'below';
  readonly limit: number;
  readonly unit: string;
  /** The figure with which it was certain. */
  readonly value: number;
}

interface Threshold extends Pick<Crossing, 'series' | 'what' | 'limit' | 'unit'> {}

type Figures = Readonly<Record<string, number | null | undefined>>;

/** What somebody on call would be woken for; the checks of a scenario have limits of their own. */
const thresholds: readonly Threshold[] = [
  { series: 'failedPercent', what: 'Failed requests', limit: 1, unit: '%' },
  { series: 'p99Ms', what: 'p99', limit: 500, unit: 'ms' },
  { series: 'poolWaiting', what: 'Waiting for a database connection', limit: 0, unit: '' },
  { series: 'queueOldestSeconds', what: 'The oldest that waits for a worker', limit: 10, unit: 's' },
];

/** One slow second is no trouble, and one good one no end of it. */
const seconds = 3;

/** Takes the figures of each second, and tells what has been over its limit, or below it again, for three in a row. */
export function createCrossings(): (figures: Figures) => readonly Crossing[] {
  const states = new Map(thresholds.map(({ series }) => [series, { isAbove: false, against: 0 }]));
  return (figures) =>
    thresholds.flatMap((threshold) => {
      const value = figureOf(figures, threshold.series);
      const state = states.get(threshold.series);
      // What was not measured says nothing, neither way.
      if (value === null || state === undefined) return [];
      state.against = value > threshold.limit === state.isAbove ? 0 : state.against + 1;
      if (state.against < seconds) return [];
      state.isAbove = !state.isAbove;
      state.against = 0;
      return [{ ...threshold, state: state.isAbove ? 'above' : 'below', value }];
    });
}

function figureOf(figures: Figures, series: string): number | null {
  if (series !== 'failedPercent') return figures[series] ?? null;
  const { requestsPerSecond = null, failedPerSecond = null } = figures;
  if (requestsPerSecond === null || failedPerSecond === null || requestsPerSecond === 0) return null;
  return Math.round((1_000 * failedPerSecond) / requestsPerSecond) / 10;
}
