import type { Meter, Table } from '@lab/simulators';
import { make } from './make.ts';

interface Shown<Content> {
  readonly element: HTMLElement;
  show(content: Content): void;
}

/** What is measured so far, of both sides, beside what the formula says. */
export function createMeters(): Shown<readonly Meter[]> {
  const body = make('tbody');
  const columns = ['Measured so far', 'A', 'B', 'By formula: A | B'].map((words) =>
    make('th', { scope: 'col' }, words),
  );
  const table = make('table', { class: 'sim-table sim-meters' }, make('thead', {}, make('tr', {}, ...columns)), body);
  return {
    element: scrolling(table, 'What is measured'),
    show(meters) {
      body.replaceChildren(
        ...meters.map(({ label, a, b, formula }) => {
          const cells = [a, b, formula].map((words) => make('td', {}, words));
          return make('tr', {}, make('th', { scope: 'row' }, label), ...cells);
        }),
      );
    },
  };
}

/** The state in words: what the picture shows, for who does not see it. Made only while it is unfolded. */
export function createStateTable(read: () => Table): { readonly element: HTMLElement; refresh(): void } {
  const table = make('table', { class: 'sim-table' });
  const details = make(
    'details',
    { class: 'sim-state' },
    make('summary', {}, 'The state as a table'),
    scrolling(table, 'The state'),
  );
  const refresh = () => {
    if (!details.open) return;
    const { columns, rows } = read();
    const head = make('tr', {}, ...columns.map((words) => make('th', { scope: 'col' }, words)));
    const lines = rows.map(([first = '', ...rest]) => {
      return make('tr', {}, make('th', { scope: 'row' }, first), ...rest.map((words) => make('td', {}, words)));
    });
    table.replaceChildren(make('thead', {}, head), make('tbody', {}, ...lines));
  };
  details.addEventListener('toggle', refresh);
  return { element: details, refresh };
}

/** A table that is wider than its place scrolls in it, by keyboard too. */
function scrolling(table: HTMLTableElement, name: string): HTMLElement {
  return make('div', { class: 'sim-scroll', role: 'region', 'aria-label': name, tabindex: 0 }, table);
}
