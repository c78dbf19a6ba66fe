import uPlot from 'uplot';
import { element } from '../dom.ts';
import { type ChartColumns, figureText, momentText, spokenMoment } from './chart-data.ts';
import type { ChartDefinition } from './chart-definitions.ts';
import { chartTable } from './chart-table.ts';
import { moveCursor } from './cursor-keys.ts';
import { colourOf, paintBands, type Shown, seriesOptions, swatch } from './paint.ts';

/** One chart of the strip. The canvas is for the eye; the cursor and the table say the same in words. */
export interface StripChart {
  readonly root: HTMLElement;
  show(columns: ChartColumns, shown: Shown, options: { readonly hasFigures: boolean }): void;
  /** Puts the cursor on a point; null takes it away, and the newest figures are told. */
  point(index: number | null): void;
  repaint(): void;
}

const height = 96;
const axisWidth = 52;
const rightPadding = 12;

/** `onPoint`: the pointer or a key went to this point of the chart, or left it. */
export function createStripChart(definition: ChartDefinition, onPoint: (index: number | null) => void): StripChart {
  const values = definition.series.map(() => element('b', {}, '–'));
  const legend = element(
    'ul',
    { class: 'legend' },
    ...definition.series.map((series, index) =>
      element('li', {}, swatch(series), ` ${series.label} `, values[index] ?? null),
    ),
  );
  const title = definition.unit === '' ? definition.title : `${definition.title}, ${definition.unit}`;
  const plot = element('div', {
    class: 'plot',
    tabindex: '0',
    role: 'slider',
    'aria-label': `${title}: cursor, second by second`,
    'aria-valuemin': '0',
    'aria-valuemax': '0',
    'aria-valuenow': '0',
    'aria-valuetext': 'No figures yet',
  });
  const empty = element('p', { class: 'no-figures' }, 'Not measured in this run.');
  const figures = chartTable(definition);
  const root = element(
    'figure',
    { class: 'strip-chart' },
    element('figcaption', {}, element('h3', {}, title), legend, element('p', { class: 'about' }, definition.about)),
    element('div', { class: 'plot-box' }, plot, empty),
    figures.root,
  );
  let columns: ChartColumns = [[], ...definition.series.map(() => [])];
  let shown: Shown = { fromMs: 0, toMs: 1, bands: [], marks: [] };
  let at: number | null = null;
  let isOurs = false;

  const chart = new uPlot(
    {
      width: 300,
      height,
      padding: [8, rightPadding, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
      scales: { x: { time: false, range: () => [shown.fromMs / 1_000, shown.toMs / 1_000] }, y: { range: fromZero } },
      series: [{}, ...definition.series.map(seriesOptions)],
      axes: [
        axis({ values: (_chart, splits) => splits.map(momentText), size: 22, space: 70 }),
        axis({ size: axisWidth, space: 28, values: (_chart, splits) => splits.map((split) => compact(split)) }),
      ],
      hooks: {
        drawClear: [(self) => paintBands(self, shown)],
        setCursor: [(self) => !isOurs && onPoint(self.cursor.idx ?? null)],
      },
    },
    [[], ...definition.series.map(() => [])] as uPlot.AlignedData,
    plot,
  );
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0) chart.setSize({ width, height });
  }).observe(plot);

  const tell = (): void => {
    const index = at ?? columns[0].length - 1;
    for (const [row, value] of values.entries()) value.textContent = figureText(columns[row + 1]?.[index] ?? null);
  };
  const speak = (): void => {
    const last = Math.max(0, columns[0].length - 1);
    const index = at ?? last;
    plot.setAttribute('aria-valuemax', String(last));
    plot.setAttribute('aria-valuenow', String(index));
    plot.setAttribute('aria-valuetext', spokenMoment(definition, columns, index));
  };
  // Not with every second: who listens would hear nothing else.
  plot.addEventListener('focus', speak);
  plot.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') return onPoint(null);
    const to = moveCursor(event.key, at, columns[0].length);
    if (to === null) return;
    event.preventDefault();
    onPoint(to);
    speak();
  });

  return {
    root,
    show(given, range, { hasFigures }) {
      columns = given;
      shown = range;
      empty.hidden = hasFigures;
      chart.setData(given as uPlot.AlignedData);
      figures.show(given);
      if (at === null) tell();
    },
    point(index) {
      at = index;
      const x = index === null ? undefined : columns[0][index];
      isOurs = true;
      chart.setCursor(x === undefined ? { left: -10, top: -10 } : { left: chart.valToPos(x, 'x'), top: 10 });
      isOurs = false;
      tell();
    },
    repaint: () => chart.redraw(true, true),
  };
}

function fromZero(_chart: uPlot, _low: number, high: number): [number, number] {
  return [0, high > 0 ? high * 1.1 : 1];
}

function compact(value: number): string {
  return value >= 10_000 ? `${Math.round(value / 1_000)}k` : String(Math.round(value * 10) / 10);
}

function axis(own: uPlot.Axis): uPlot.Axis {
  return {
    font: '12px system-ui, sans-serif',
    stroke: () => colourOf('--soft'),
    grid: { stroke: () => colourOf('--line'), width: 1 },
    ticks: { show: false },
    ...own,
  };
}
