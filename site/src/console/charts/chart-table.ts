import { element, table } from '../dom.ts';
import { type ChartColumns, figureText, momentText } from './chart-data.ts';
import type { ChartDefinition } from './chart-definitions.ts';

interface ChartTable {
  readonly root: HTMLElement;
  show(columns: ChartColumns): void;
}

const newest = 60;
const rowsOnPage = 25;

/** The last minute of a chart as a table, newest first, folded until somebody wants it. `strip`: all its charts. */
export function chartTable(definition: ChartDefinition, strip: string): ChartTable {
  const place = element('div');
  const later = element('button', { type: 'button' }, 'Newer');
  const earlier = element('button', { type: 'button' }, 'Older');
  const root = element(
    'details',
    { class: 'figures' },
    element('summary', {}, `${definition.title} as a table`),
    place,
    element('p', { class: 'pages' }, later, earlier),
  );
  let columns: ChartColumns | null = null;
  let page = 0;
  const draw = (): void => {
    if (!root.open || columns === null) return;
    const count = Math.min(newest, columns[0].length);
    page = Math.min(page, Math.max(0, Math.ceil(count / rowsOnPage) - 1));
    const first = page * rowsOnPage;
    const heads = ['At', ...definition.series.map(({ label }) => label)];
    const caption = `${strip}: ${definition.title}, points ${count === 0 ? 0 : first + 1} to ${Math.min(count, first + rowsOnPage)} of the last ${count}`;
    place.replaceChildren(table(caption, heads, rows(columns, first, Math.min(count, first + rowsOnPage))));
    later.disabled = page === 0;
    earlier.disabled = first + rowsOnPage >= count;
  };
  const turn = (by: number): void => {
    page = Math.max(0, page + by);
    draw();
  };
  later.addEventListener('click', () => turn(-1));
  earlier.addEventListener('click', () => turn(1));
  root.addEventListener('toggle', draw);
  return {
    root,
    show(given) {
      columns = given;
      // Somebody reads in it: it stays as it is until they are done.
      if (!root.contains(document.activeElement)) draw();
    },
  };
}

function rows([xs, ...ys]: ChartColumns, first: number, end: number): string[][] {
  return Array.from({ length: Math.max(0, end - first) }, (_, offset) => {
    const index = xs.length - 1 - first - offset;
    return [momentText(xs[index] ?? 0), ...ys.map((column) => figureText(column[index] ?? null))];
  });
}
