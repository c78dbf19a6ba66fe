import type uPlot from 'uplot';
import { element } from '../dom.ts';
import { type ChartColumns, figureText, spokenMoment } from './chart-data.ts';
import type { ChartDefinition } from './chart-definitions.ts';
import { chartTable } from './chart-table.ts';
import type { Colours } from './colours.ts';
import { moveCursor } from './cursor-keys.ts';
import { type Shown, swatch } from './paint.ts';
import { createPlot, pointAt } from './plot.ts';

/** One chart of the strip. The canvas is for the eye; the cursor and the table say the same in words. */
export interface StripChart {
  readonly root: HTMLElement;
  show(columns: ChartColumns, shown: Shown, options: { readonly hasFigures: boolean }): void;
  /** Puts the cursor on a point; null takes it away, and the newest figures are told. */
  point(index: number | null): void;
  repaint(): void;
}

export interface ChartPointing {
  /** The pointer is over this point, or left the chart. */
  onHover(index: number | null): void;
  /** A click or a key put the cursor on this point, or took it away. */
  onPick(index: number | null): void;
}

interface StripChartOptions {
  readonly definition: ChartDefinition;
  readonly colours: Colours;
  /** Names all the charts. */
  readonly strip: string;
}

export function createStripChart(
  { colours, definition, strip }: StripChartOptions,
  { onHover, onPick }: ChartPointing,
): StripChart {
  const { root, box, empty, values, figures } = partsOf(definition, strip);
  let columns: ChartColumns = [[], ...definition.series.map(() => [])];
  let shown: Shown = { fromMs: 0, toMs: 60_000, bands: [], marks: [] };
  let at: number | null = null;
  const chart = createPlot(box, { colours, definition, shown: () => shown });

  const tell = (): void => {
    const index = at ?? columns[0].length - 1;
    for (const [row, value] of values.entries()) {
      const text = figureText(columns[row + 1]?.[index] ?? null);
      // A text that is set is laid out, also when it is the same.
      if (value.textContent !== text) value.textContent = text;
    }
  };
  const speak = (): void => {
    const last = Math.max(0, columns[0].length - 1);
    box.setAttribute('aria-valuemax', String(last));
    box.setAttribute('aria-valuenow', String(at ?? last));
    box.setAttribute('aria-valuetext', spokenMoment(definition, columns, at ?? last));
  };
  // Not with every second: who listens would hear nothing else.
  box.addEventListener('focus', speak);
  box.addEventListener('pointermove', ({ clientX }) => onHover(pointAt(chart, clientX)));
  box.addEventListener('pointerleave', () => onHover(null));
  box.addEventListener('click', ({ clientX }) => {
    const index = pointAt(chart, clientX);
    if (index !== null) onPick(index);
  });
  box.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === 'Escape') return onPick(null);
    const to = moveCursor(event.key, at, columns[0].length);
    if (to === null) return;
    event.preventDefault();
    onPick(to);
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
      chart.setCursor(x === undefined ? { left: -10, top: -10 } : { left: chart.valToPos(x, 'x'), top: 10 });
      tell();
    },
    repaint: () => chart.redraw(true, true),
  };
}

function partsOf(definition: ChartDefinition, strip: string) {
  const { about, series, title, unit } = definition;
  const values = series.map(() => element('b', {}, '–'));
  const rows = series.map((one, index) => element('li', {}, swatch(one), ` ${one.label} `, values[index] ?? null));
  const heading = unit === '' ? title : `${title}, ${unit}`;
  const box = element('div', {
    class: 'plot',
    tabindex: '0',
    role: 'slider',
    'aria-label': `${heading}: cursor, second by second (${strip})`,
    'aria-valuemin': '0',
    'aria-valuemax': '0',
    'aria-valuenow': '0',
    'aria-valuetext': 'No figures yet',
  });
  const empty = element('p', { class: 'no-figures' }, 'Not measured in this run.');
  const figures = chartTable(definition, strip);
  const caption = element(
    'figcaption',
    {},
    element('h3', {}, heading),
    element('ul', { class: 'legend' }, ...rows),
    element('p', { class: 'about' }, about),
  );
  const root = element(
    'figure',
    { class: 'strip-chart' },
    caption,
    element('div', { class: 'plot-box' }, box, empty),
    figures.root,
  );
  return { root, box, empty, values, figures };
}
