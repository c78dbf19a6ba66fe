import { COMPARISON_HEIGHT, comparison, timeAxis } from '../drawing/scale.ts';
import { element, line, rect, text } from '../drawing/svg.ts';
import type { Picture, View } from '../frame/simulator.ts';
import { ORDERS, type Outcome, type Played } from './play-order.ts';

interface Shown {
  readonly outcomes: readonly [Outcome, Outcome];
  readonly stale: readonly [readonly number[], readonly number[]];
  readonly order: number;
  readonly done: number;
  readonly cached: 1 | undefined;
}

const LANE = 132;
const NAMES = 72;
const ROW = 22;

/** Two swim lanes a side, with what database and cache hold after each step; and a cell for each order. */
export function drawRace({ outcomes, stale, order, done }: Shown, { width, guess }: View): Picture {
  const axis = timeAxis(width, 1);
  const lanes = outcomes.map((outcome, index) =>
    lane(outcome, { name: index === 0 ? 'A' : 'B', top: index * LANE, width, done }),
  );
  const cellsTop = 2 * LANE + 4;
  const cells = stale.map((orders, index) =>
    ordersOf(orders, { name: index === 0 ? 'A' : 'B', top: cellsTop + index * 40, width, order }),
  );
  const top = cellsTop + 92;
  const [a, b] = stale.map((orders) => orders.length);
  const bars = comparison({ title: 'Orders in which the old price stays', a: a ?? 0, b: b ?? 0, guess }, axis, top);
  return { height: top + COMPARISON_HEIGHT, markup: [...lanes, ...cells, bars].join('') };
}

interface Lane {
  readonly name: string;
  readonly top: number;
  readonly width: number;
  readonly done: number;
}

function lane({ steps, isStale }: Outcome, { name, top, width, done }: Lane): string {
  const step = (width - NAMES - 8) / steps.length;
  const x = (index: number) => NAMES + index * step;
  const rows = ['reader', 'writer', 'database', 'cache'];
  const y = (row: number) => top + 24 + row * (ROW + 3);
  const labels = rows.map((row, index) => text(row, { x: 8, y: y(index) + 15, class: 'sim-tick' }));
  const boxes = steps.slice(0, done).map((played, index) => {
    const isOld = played.row === 2 && played.cached === 1;
    return [
      cell(short(played), { x: x(index), y: y(played.actor === 'reader' ? 0 : 1), width: step - 2 }, 'sim-step'),
      cell(`v${played.row}`, { x: x(index), y: y(2), width: step - 2 }, 'sim-cell'),
      cell(
        played.cached === undefined ? '–' : `v${played.cached}`,
        { x: x(index), y: y(3), width: step - 2 },
        isOld ? 'sim-cell sim-old' : 'sim-cell',
      ),
    ].join('');
  });
  const ends = done === steps.length ? (isStale ? ': v1 stays until it expires' : ': nothing old stays') : '';
  return [
    text(`${name}${ends}`, { x: 8, y: top + 16, class: 'sim-label' }),
    line([8, top + 22], [width - 8, top + 22], 'sim-axis'),
    ...labels,
    ...boxes,
  ].join('');
}

/** A few letters, since seven steps have to fit side by side on a telephone; the table has the words. */
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

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function cell(words: string, box: Box, className: string): string {
  const label = text(words, { x: box.x + box.width / 2, y: box.y + 15, class: 'sim-small', 'text-anchor': 'middle' });
  return element('g', {}, rect({ ...box, height: ROW }, className) + label);
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
