import { element } from '../dom.ts';
import type { Tick } from '../run/run-model.ts';
import { chartColumns, hasFigures } from './chart-data.ts';
import { charts } from './chart-definitions.ts';
import { faultTimeline } from './fault-timeline.ts';
import { type MomentRow, momentRow } from './moment-row.ts';
import { nearestPoint } from './nearest-point.ts';
import type { Shown } from './paint.ts';
import { createStripChart } from './strip-chart.ts';

/** The six charts of a run with one cursor and one axis, and below them what was disturbed. */
export interface ChartStrip {
  readonly root: HTMLElement;
  show(ticks: readonly Tick[], shown: Shown): void;
  /** Puts the cursor on a moment of the run, where it stays; null takes it away. */
  pin(ms: number | null): void;
}

export interface Linked {
  /** The page that shows this run for good. */
  addressOf(): string;
  /** Somebody has put the cursor on a moment, or taken it away. */
  onPin(ms: number | null): void;
}

/** `label` names the strip where a page has two. `linked`: its moments have addresses. */
export function createChartStrip(label: string, linked: Linked | null = null): ChartStrip {
  let pinned: number | null = null;
  let hovered: number | null = null;
  let seconds: readonly number[] = [];
  const secondAt = (index: number | null): number | null => (index === null ? null : (seconds[index] ?? null));
  const made = charts.map((definition) => ({
    definition,
    chart: createStripChart(
      { definition, strip: label },
      {
        onHover: (index) => {
          hovered = secondAt(index);
          point();
        },
        onPick: (index) => {
          const at = secondAt(index);
          pinned = at === null ? null : at * 1_000;
          hovered = null;
          point();
          linked?.onPin(pinned);
        },
      },
    ),
  }));
  const timeline = faultTimeline();
  const row: MomentRow | null = linked === null ? null : momentRow(linked.addressOf);
  const root = element(
    'section',
    { class: 'chart-strip', 'aria-label': label },
    row?.root ?? null,
    ...made.map(({ chart }) => chart.root),
    timeline.root,
  );

  // The cursor stays at its moment while the charts move on below it.
  function point(): void {
    const at = hovered ?? (pinned === null ? null : pinned / 1_000);
    const index = at === null ? null : nearestPoint(seconds, at);
    for (const { chart } of made) chart.point(index);
    row?.show(pinned, pinned === null || nearestPoint(seconds, pinned / 1_000) !== null);
  }
  new MutationObserver(() => {
    for (const { chart } of made) chart.repaint();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });

  return {
    root,
    show(ticks, shown) {
      for (const { definition, chart } of made) {
        const columns = chartColumns(definition, ticks, shown);
        [seconds] = columns;
        chart.show(columns, shown, { hasFigures: hasFigures(definition, ticks) });
      }
      timeline.show(shown);
      if (pinned !== null || hovered !== null) point();
    },
    pin(ms) {
      pinned = ms;
      hovered = null;
      point();
    },
  };
}
