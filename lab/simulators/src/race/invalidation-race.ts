import { defineSimulator } from '../frame/simulator.ts';
import { ORDERS } from './play-order.ts';
import { runRace, shared, side } from './race-run.ts';

const textbook = ORDERS.findIndex((order) => order.join('') === '1100001') + 1;

/** A reader and a writer, in any order of their steps, under two ways of keeping the cache right. */
export const invalidationRace = defineSimulator({
  id: 'invalidation-race',
  prefix: 'race',
  title: 'The invalidation race: who fills last',
  about:
    'A writer changes a price from v1 to v2 in four steps, of which some do nothing in some strategies. A reader looks into the cache, reads the row, and fills the cache. Their steps can meet in 35 orders; choose one by its number, with the arrow keys if you like. Shaded with a stroke: an old price stays, and nobody will drop it until it expires.',
  insight:
    'To delete after the commit is right in most orders, and that is what makes it dangerous. A reader that read before the commit can fill after the delete. Only something that the fill itself is asked closes it: a version, a lease that the writer voids, or a block that outlives the commit.',
  puzzle:
    'Choose an order that is marked for A and follow it step by step: which step should have been refused? Then find the strategies for which no order is marked, with an empty cache and with v1 in it.',
  isRandom: false,
  shared,
  side,
  presets: [
    { name: 'The textbook', shared: { order: 1 }, a: { strategy: 'after' }, b: { strategy: 'version' } },
    { name: 'Its hole', shared: { order: textbook }, a: { strategy: 'after' }, b: { strategy: 'lease' } },
    { name: 'Delete first', shared: { cached: 'old' }, a: { strategy: 'before' }, b: { strategy: 'both' } },
    { name: 'As ShelfWise does', shared: { order: textbook }, a: { strategy: 'inside' }, b: { strategy: 'enclosed' } },
  ],
  prediction: () => ({
    question: `In how many of the ${ORDERS.length} orders will A leave the old price in the cache?`,
    unit: 'orders',
    max: ORDERS.length,
  }),
  run: runRace,
});
