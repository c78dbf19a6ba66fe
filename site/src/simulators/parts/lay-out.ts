import type { Simulator } from '@lab/simulators';
import { make } from './make.ts';

/** What a view says of its place on the page. */
export interface Heading {
  /** Unique on the page; begins all of its ids. */
  readonly id: string;
  /** Of the heading. */
  readonly level: 2 | 3 | 4 | 5 | 6;
  /** What in the address could not be used. */
  readonly problems: readonly string[];
}

/** The section of a simulator: heading, what was wrong with the address, what it is, and its parts in this order. */
export function layOutSimulator(
  { title, about }: Simulator,
  { id, level, problems }: Heading,
  parts: readonly HTMLElement[],
): HTMLElement {
  return make(
    'section',
    { class: 'sim', 'aria-labelledby': `${id}-title` },
    make(`h${level}`, { id: `${id}-title`, class: 'sim-title' }, title),
    ...problems.map((problem) => make('p', { class: 'sim-problem' }, problem)),
    make('p', { class: 'sim-about' }, about),
    ...parts,
  );
}

/** The puzzle, and below it, folded, what it is about. */
export function describeSimulator({ puzzle, insight }: Simulator): HTMLElement {
  const more = make('details', {}, make('summary', {}, 'What there is to see'), make('p', {}, insight));
  return make('div', {}, make('p', { class: 'sim-puzzle' }, make('strong', {}, 'Puzzle. '), puzzle), more);
}
