import { describeGoal, type Goal, holds } from './goal.ts';
import { type RowId, rowTitles } from './rows.ts';
import { median, percentile } from './statistics.ts';

export const units = ['s', 'ms', 'MiB', '%', 'requests', 'statements per request', 'verdicts'] as const;
export type Unit = (typeof units)[number];

/** Which value of the samples is held against the goal. */
export type Statistic = 'median' | 'p95' | 'max' | 'single';

/** One measured row. */
export interface Figure {
  readonly row: RowId;
  /** Which one of its kind: a scenario, a size, a percentile. Empty where there is one only. */
  readonly of: string;
  readonly what: string;
  /** Null where nothing was measured. */
  readonly measured: number | null;
  readonly statistic: Statistic | null;
  readonly unit: Unit;
  /** For people; null where the figure is there to be known. */
  readonly goal: string | null;
  readonly limit: number | null;
  readonly held: boolean | null;
  readonly samples: readonly number[];
  /** The command, or how it was measured. */
  readonly how: string;
  readonly note?: string;
  /** Why it could not be measured. */
  readonly problem?: string;
}

export interface FigureFacts {
  readonly row: RowId;
  readonly of: string;
  readonly what?: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
  readonly statistic: Statistic;
  readonly goal?: Goal | null;
  readonly how: string;
  readonly note?: string;
}

/** A figure from its samples. Throws `RangeError` where there are none. */
export function figure(facts: FigureFacts): Figure {
  const { row, of, unit, samples, statistic, goal = null, how } = facts;
  const measured = pick(samples, statistic);
  const note = joined([facts.note, goal === null ? undefined : slowest(samples, { measured, goal, unit })]);
  return {
    row,
    of,
    what: facts.what ?? rowTitles[row],
    measured: rounded(measured),
    statistic,
    unit,
    goal: goal === null ? null : describeGoal(goal, withUnit(goal.limit, unit)),
    limit: goal === null ? null : rounded(goal.limit),
    held: goal === null ? null : holds(goal, measured),
    samples: samples.map(rounded),
    how,
    ...(note === '' ? {} : { note }),
  };
}

/** A row about which there is nothing to be known yet: no fault, and no figure. */
export function emptyFigure(facts: Pick<FigureFacts, 'row' | 'of' | 'unit' | 'how'> & { note: string }): Figure {
  return { ...facts, ...nothing(facts.row) };
}

/** A row that could not be measured, with the reason in a sentence. */
export function unmeasured(facts: Pick<FigureFacts, 'row' | 'of' | 'how'> & { problem: string }): Figure {
  return { ...facts, unit: 's', ...nothing(facts.row) };
}

/** A value as people read it, with its unit. */
export function withUnit(value: number, unit: Unit): string {
  return `${value.toFixed(decimals(unit, value))} ${unit}`;
}

function nothing(row: RowId) {
  return { what: rowTitles[row], measured: null, statistic: null, goal: null, limit: null, held: null, samples: [] };
}

function pick(samples: readonly number[], statistic: Statistic): number {
  switch (statistic) {
    case 'median':
      return median(samples);
    case 'p95':
      return percentile(samples, 95);
    case 'max':
    case 'single':
      return percentile(samples, 100);
  }
}

/** A goal that the measured value holds, and the worst sample does not, must not look better than it is. */
function slowest(
  samples: readonly number[],
  { measured, goal, unit }: { readonly measured: number; readonly goal: Goal; readonly unit: Unit },
): string | undefined {
  const worst = percentile(samples, 100);
  if (!holds(goal, measured) || holds(goal, worst)) return undefined;
  return `The worst sample, ${withUnit(worst, unit)}, is over the goal.`;
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function decimals(unit: Unit, value: number): number {
  if (unit === 'MiB') return 0;
  if (unit === 'ms') return value < 100 ? 1 : 0;
  return unit === 'requests' || unit === 'verdicts' ? 0 : 2;
}
