import { element } from '../dom.ts';
import type { Tick } from '../run/run-model.ts';
import { chartColumns, hasFigures, ticksShown } from './chart-data.ts';
import { charts } from './chart-definitions.ts';
import { createColours } from './colours.ts';
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
  const colours = createColours(document.documentElement);
  let pinned: number | null = null;
  let hovered: number | null = null;
  let seconds: readonly number[] = [];
  const secondAt = (index: number | null): number | null => (index === null ? null : (seconds[index] ?? null));
  const made = charts.map((definition) => ({
    definition,
    chart: createStripChart(
      { colours, definition, strip: label },
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
    colours.renew();
    for (const { chart } of made) chart.repaint();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });

  return {
    root,
    show(ticks, shown) {
      colours.renew();
      const drawn = ticksShown(ticks, shown);
      seconds = drawn.map(({ t }) => t / 1_000);
      for (const { definition, chart } of made) {
        const columns = chartColumns(definition, drawn, seconds);
        chart.show(columns, shown, { hasFigures: hasFigures(definition, ticks) });
      }
      timeline.show(shown);
      // uPlot takes the new figures up in a microtask of its own, asked for above; before that it places by the old ones.
      if (pinned !== null || hovered !== null) queueMicrotask(point);
    },
    pin(ms) {
      pinned = ms;
      hovered = null;
      point();
    },
  };
}
