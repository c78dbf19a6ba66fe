import { COMPARISON_HEIGHT, comparison, timeAxis } from '../drawing/scale.ts';
import { element, line, rect, text } from '../drawing/svg.ts';
import type { Picture, View } from '../frame/simulator.ts';
import { ORDERS, type Outcome, type Played } from './play-order.ts';
import { CELL_HEIGHT, type Place, raceGrid } from './race-grid.ts';

interface Shown {
  readonly outcomes: readonly [Outcome, Outcome];
  readonly stale: readonly [readonly number[], readonly number[]];
  readonly order: number;
  readonly done: number;
  readonly cached: 1 | undefined;
}

const TITLE = 28;
const LINES = ['reader', 'writer', 'database', 'cache'] as const;

/** Two swim lanes a side, with what database and cache hold after each step; and a cell for each order. */
export function drawRace({ outcomes, stale, order, done }: Shown, { width, guess }: View): Picture {
  const axis = timeAxis(width, 1);
  const [first, second] = outcomes;
  const laneOfA = lane(first, { name: 'A', top: 0, width, done });
  const laneOfB = lane(second, { name: 'B', top: laneOfA.height, width, done });
  const cellsTop = laneOfA.height + laneOfB.height + 4;
  const cells = stale.map((orders, index) =>
    ordersOf(orders, { name: index === 0 ? 'A' : 'B', top: cellsTop + index * 40, width, order }),
  );
  const top = cellsTop + 92;
  const [a, b] = stale.map((orders) => orders.length);
  const bars = comparison({ title: 'Orders in which the old price stays', a: a ?? 0, b: b ?? 0, guess }, axis, top);
  return { height: top + COMPARISON_HEIGHT, markup: [laneOfA.markup, laneOfB.markup, ...cells, bars].join('') };
}

interface Lane {
  readonly name: string;
  readonly top: number;
  readonly width: number;
  readonly done: number;
}

function lane({ steps, isStale }: Outcome, { name, top, width, done }: Lane): Picture {
  const grid = raceGrid(width, top + TITLE, steps.length);
  const names = LINES.map((words, index) => {
    const { x, y } = grid.name(index);
    return text(words, { x, y: y + 15, class: 'sim-tick' });
  });
  const boxes = steps.slice(0, done).map((played, index) => {
    const isOld = played.row === 2 && played.cached === 1;
    const actor = played.actor === 'reader' ? 0 : 1;
    return [
      cell(short(played), grid.cell(actor, index), 'sim-step'),
      cell(`v${played.row}`, grid.cell(2, index), 'sim-cell'),
      cell(
        played.cached === undefined ? '–' : `v${played.cached}`,
        grid.cell(3, index),
        isOld ? 'sim-cell sim-old' : 'sim-cell',
      ),
    ].join('');
  });
  const ends = done === steps.length ? (isStale ? ': v1 stays until it expires' : ': nothing old stays') : '';
  const title = text(`${name}${ends}`, { x: 8, y: top + 16, class: 'sim-label' });
  const markup = [title, line([8, top + 22], [width - 8, top + 22], 'sim-axis'), ...names, ...boxes].join('');
  return { height: TITLE + grid.height + 6, markup };
}

/** A few letters, so that seven steps fit side by side; the table has the words. */
function short({ words }: Played): string {
  const letters: readonly (readonly [RegExp, string])[] = [
    [/^looks/, 'miss'],
    [/^is served/, 'hit'],
    [/^reads (v\d)/, 'read'],
    [/^fills/, 'fill'],
    [/^wants/, 'no fill'],
    [/^commits/, 'commit'],
    [/^changes .* deletes/, 'upd+del'],
    [/^changes/, 'update'],
    [/^deletes/, 'delete'],
    [/^blocks/, 'block'],
    [/^unblocks/, 'free'],
    [/^announces/, 'tell'],
  ];
  return letters.find(([pattern]) => pattern.test(words))?.[1] ?? '–';
}

function cell(words: string, box: Place, className: string): string {
  const label = text(words, { x: box.x + box.width / 2, y: box.y + 15, class: 'sim-small', 'text-anchor': 'middle' });
  return element('g', {}, rect({ ...box, height: CELL_HEIGHT }, className) + label);
}

interface Cells {
  readonly name: string;
  readonly top: number;
  readonly width: number;
  readonly order: number;
}

function ordersOf(stale: readonly number[], { name, top, width, order }: Cells): string {
  const step = (width - 40) / ORDERS.length;
  const boxes = ORDERS.map((_, index) => {
    const number = index + 1;
    const x = 30 + index * step;
    const isOld = stale.includes(number);
    const box = rect({ x, y: top + 8, width: step - 1, height: 20 }, isOld ? 'sim-cell sim-old' : 'sim-cell');
    const mark = isOld ? line([x + 1, top + 27], [x + step - 2, top + 9], 'sim-stroke-bad') : '';
    return (
      box + mark + (number === order ? rect({ x: x - 1, y: top + 4, width: step + 1, height: 28 }, 'sim-chosen') : '')
    );
  });
  return text(name, { x: 8, y: top + 23, class: 'sim-label' }) + boxes.join('');
}
