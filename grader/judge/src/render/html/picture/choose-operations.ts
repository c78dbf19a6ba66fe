import type { Operation } from '@lab/sdk';

/** More dots than this cannot be told apart, and make the page slow. */
export const dotsMax = 2_000;

export interface ChosenOperations {
  /** In the order of the history. */
  readonly shown: readonly Operation[];
  readonly leftOut: number;
}

/** All that findings name comes first, then what failed; the rest is thinned out evenly. */
export function chooseOperations(history: readonly Operation[], named: ReadonlySet<number>): ChosenOperations {
  const tiers = [
    history.filter(({ id }) => named.has(id)),
    history.filter(({ id, outcome }) => !named.has(id) && outcome !== 'ok'),
    history.filter(({ id, outcome }) => !named.has(id) && outcome === 'ok'),
  ];
  const chosen = new Set<Operation>();
  for (const tier of tiers) for (const operation of thinned(tier, dotsMax - chosen.size)) chosen.add(operation);
  const shown = history.filter((operation) => chosen.has(operation));
  return { shown, leftOut: history.length - shown.length };
}

/** At most `max` items, evenly spread. */
export function thinned<T>(items: readonly T[], max: number): readonly T[] {
  if (items.length <= max) return items;
  return items.filter(
    (_item, index) => Math.floor((index * max) / items.length) !== Math.floor(((index - 1) * max) / items.length),
  );
}
