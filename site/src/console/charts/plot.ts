import uPlot from 'uplot';
import { momentText } from './chart-data.ts';
import type { ChartDefinition } from './chart-definitions.ts';
import type { Colours } from './colours.ts';
import { paintBands, type Shown, seriesOptions } from './paint.ts';

const height = 96;
const axisWidth = 52;
const rightPadding = 12;
/** Seconds between two marks of the axis: what a clock shows. */
const steps: readonly number[] = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 3_600];
const nothing = (): null => null;

interface PlotOptions {
  readonly definition: ChartDefinition;
  readonly colours: Colours;
  readonly shown: () => Shown;
}

/** The canvas of one chart in its box, as wide as that is. `shown` is asked whenever it is painted. */
export function createPlot(box: HTMLElement, { colours, definition, shown }: PlotOptions): uPlot {
  const axis = (own: uPlot.Axis): uPlot.Axis => axisOf(own, colours);
  const chart = new uPlot(
    {
      width: 300,
      height,
      padding: [8, rightPadding, 0, 0],
      legend: { show: false },
      // The pointer is followed by the strip, which moves the cursors of all its charts.
      cursor: {
        y: false,
        // Nothing is dragged here, so a click is one: uPlot takes a cursor that was moved for a drag.
        drag: { x: false, y: false, click: () => undefined },
        points: { size: 6 },
        bind: { mousedown: nothing, mouseup: nothing, mousemove: nothing, mouseleave: nothing, mouseenter: nothing },
      },
      scales: {
        x: { time: false, range: () => [shown().fromMs / 1_000, shown().toMs / 1_000] },
        y: { range: fromZero },
      },
      series: [{}, ...definition.series.map((series) => seriesOptions(series, colours))],
      axes: [
        axis({ values: (_chart, splits) => splits.map(momentText), size: 22, space: 70, incrs: [...steps] }),
        axis({ values: (_chart, splits) => splits.map(compact), size: axisWidth, space: 28 }),
      ],
      hooks: { drawClear: [(self) => paintBands(self, shown(), colours)] },
    },
    [[], ...definition.series.map(() => [])] as uPlot.AlignedData,
    box,
  );
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0) chart.setSize({ width, height });
  }).observe(box);
  return chart;
}

/** The point below the pointer; null outside the lines' part. */
export function pointAt(chart: uPlot, clientX: number): number | null {
  const { left, width } = chart.over.getBoundingClientRect();
  const x = clientX - left;
  return x < 0 || x > width || chart.data[0].length === 0 ? null : chart.posToIdx(x);
}

function fromZero(_chart: uPlot, _low: number | null, high: number | null): [number, number] {
  return [0, high !== null && high > 0 ? high * 1.1 : 1];
}

function compact(value: number): string {
  return value >= 10_000 ? `${Math.round(value / 1_000)}k` : String(Math.round(value * 10) / 10);
}

function axisOf(own: uPlot.Axis, colours: Colours): uPlot.Axis {
  return {
    font: '12px system-ui, sans-serif',
    stroke: () => colours.of('--soft'),
    grid: { stroke: () => colours.of('--line'), width: 1 },
    ticks: { show: false },
    ...own,
  };
}
