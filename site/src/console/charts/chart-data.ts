import type { Tick } from '../run/run-model.ts';
import type { ChartDefinition } from './chart-definitions.ts';

/** Columns as uPlot takes them: seconds of the run, then one column for each series. */
export type ChartColumns = readonly [xs: readonly number[], ...ys: (readonly (number | null)[])[]];

/** What all charts draw between two moments, in order. A stretch without ticks is a gap. */
export function ticksShown(
  ticks: readonly Tick[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly Tick[] {
  return withGaps(ticks.filter(({ t }) => t >= fromMs && t <= toMs));
}

/** The figures of one chart. A second that was not measured is a gap. `seconds`: when the ticks were. */
export function chartColumns(
  { series }: ChartDefinition,
  ticks: readonly Tick[],
  seconds: readonly number[],
): ChartColumns {
  return [seconds, ...series.map(({ id }) => ticks.map((tick) => figure(tick, id)))];
}

/** Ticks come each second; where more time lies between two, nothing is drawn between them. */
const gapMs = 2_500;

function withGaps(ticks: readonly Tick[]): readonly Tick[] {
  const shown: Tick[] = [];
  for (const tick of ticks) {
    const before = shown.at(-1);
    if (before !== undefined && tick.t - before.t > gapMs) shown.push({ t: before.t + 1_000, s: {} });
    shown.push(tick);
  }
  return shown;
}

/** Null where it was not measured. */
export function figure({ s }: Tick, id: string): number | null {
  if (id !== 'failedPercent') return s[id] ?? null;
  const { requestsPerSecond = null, failedPerSecond = null } = s;
  if (requestsPerSecond === null || failedPerSecond === null || requestsPerSecond === 0) return null;
  return Math.round((1_000 * failedPerSecond) / requestsPerSecond) / 10;
}

/** Whether any figure of this chart was measured. */
export function hasFigures({ series }: ChartDefinition, ticks: readonly Tick[]): boolean {
  return ticks.some((tick) => series.some(({ id }) => figure(tick, id) !== null));
}

/** A figure as people read it: three digits that count, and a dash for none. */
export function figureText(value: number | null): string {
  if (value === null) return '–';
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return String(Math.round(value));
  return value.toFixed(1);
}

/** A moment of a run as minutes and seconds. */
export function momentText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** What the cursor stands on, in words: for who hears the chart. */
export function spokenMoment(definition: ChartDefinition, columns: ChartColumns, index: number): string {
  const [xs, ...ys] = columns;
  const at = xs[index];
  if (at === undefined) return 'No figures yet';
  const figures = definition.series.map(({ label }, row) => {
    const value = ys[row]?.[index] ?? null;
    return `${label} ${value === null ? 'not measured' : `${figureText(value)}${definition.unit === '' ? '' : ` ${definition.unit}`}`}`;
  });
  return `At ${momentText(at)}: ${figures.join(', ')}`;
}
