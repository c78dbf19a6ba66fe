import { element } from '../dom.ts';
import type { Tick } from '../run/run-model.ts';
import { chartColumns, hasFigures } from './chart-data.ts';
import { charts } from './chart-definitions.ts';
import { faultTimeline } from './fault-timeline.ts';
import type { Shown } from './paint.ts';
import { createStripChart } from './strip-chart.ts';

/** The six charts of a run with one cursor and one axis, and below them what was disturbed. */
export interface ChartStrip {
  readonly root: HTMLElement;
  show(ticks: readonly Tick[], shown: Shown): void;
}

/** `label` names the strip where a page has two. */
export function createChartStrip(label: string): ChartStrip {
  let atSecond: number | null = null;
  let seconds: readonly number[] = [];
  const made = charts.map((definition) => ({
    definition,
    chart: createStripChart({ definition, strip: label }, (index) => {
      atSecond = index === null ? null : (seconds[index] ?? null);
      point();
    }),
  }));
  const timeline = faultTimeline();
  const root = element(
    'section',
    { class: 'chart-strip', 'aria-label': label },
    ...made.map(({ chart }) => chart.root),
    timeline.root,
  );

  // The cursor stays at its moment while the charts move on below it.
  function point(): void {
    const index = atSecond === null ? null : nearest(seconds, atSecond);
    for (const { chart } of made) chart.point(index);
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
      if (atSecond !== null) point();
    },
  };
}

function nearest(seconds: readonly number[], at: number): number | null {
  const index = seconds.findIndex((second) => second >= at);
  return seconds.length === 0 ? null : index === -1 ? seconds.length - 1 : index;
}
