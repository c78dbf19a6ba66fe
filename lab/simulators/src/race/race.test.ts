import { expect, test } from 'vitest';
import { allOrders, playOrder, staleOrders } from './play-order.ts';
import type { Strategy } from './strategies.ts';

const wrong: readonly Strategy[] = ['ttl', 'before', 'inside', 'after', 'both'];
const right: readonly Strategy[] = ['version', 'lease', 'enclosed'];

test('one reader and one writer have 35 orders, two readers 4,200', () => {
  expect(allOrders(1).length).toBe(35);
  expect(allOrders(2).length).toBe(4_200);
});

test('of all orders with an empty cache, so many leave v1 in it after v2 was committed', () => {
  const counts = [...wrong, ...right].map((strategy) => [
    strategy,
    staleOrders({ strategy, cached: undefined }).length,
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    // Reader reads before the commit. Writer: four steps, and the third is the commit.
    ttl: 22,
    before: 21,
    inside: 18,
    after: 6,
    both: 6,
    version: 0,
    lease: 0,
    enclosed: 0,
  });
});

test('the textbook order is among them: a miss and a read before the commit, and the fill after the delete', () => {
  const stale = staleOrders({ strategy: 'after', cached: undefined }).map((index) => allOrders(1)[index] ?? []);
  expect(stale).toContainEqual([1, 1, 0, 0, 0, 0, 1]);
  for (const order of stale) {
    const { steps } = playOrder(order, { strategy: 'after', cached: undefined });
    const commit = steps.findIndex(({ words }) => words === 'commits v2');
    expect(steps.findIndex(({ words }) => words === 'reads v1 from the database')).toBeLessThan(commit);
    expect(steps.at(-1)).toMatchObject({ words: 'fills the cache with v1', row: 2, cached: 1 });
  }
});

test.each(right)(
  'with %s no order of two readers and a writer leaves the old price, whatever was cached',
  (strategy) => {
    for (const cached of [undefined, 1] as const) expect(staleOrders({ strategy, cached }, 2)).toEqual([]);
  },
);

test.each(wrong)('with %s some order does', (strategy) => {
  expect(staleOrders({ strategy, cached: undefined }, 2).length).toBeGreaterThan(0);
});

test('while an entry is there, nobody misses before it is deleted after the commit: the race needs a miss before that', () => {
  expect(staleOrders({ strategy: 'after', cached: 1 }, 2)).toEqual([]);
  expect(staleOrders({ strategy: 'both', cached: 1 }).length).toBeGreaterThan(0);
});

test('after the writer has ended, nobody who begins to read is served v1 where the guard is right', () => {
  for (const strategy of right) {
    for (const order of allOrders(2)) {
      const lastWrite = order.lastIndexOf(0);
      const { steps } = playOrder(order, { strategy, cached: 1 });
      const begins = steps.flatMap((step, index) =>
        order.indexOf(order[index] ?? 0) === index ? [{ ...step, index }] : [],
      );
      const late = begins.filter(({ index, actor }) => actor === 'reader' && index > lastWrite);
      for (const { words } of late) expect(words).not.toContain('served v1');
    }
  }
});

test('of a writer that dies right after its commit, only a block that it had put up leaves nothing old', () => {
  const leavesOld = (strategy: Strategy) =>
    allOrders(1).some((order) => {
      const { steps } = playOrder(order, { strategy, cached: undefined });
      const last = order.lastIndexOf(0);
      return steps.slice(0, last).some(({ row, cached }) => row === 2 && cached === 1);
    });
  expect(right.filter((strategy) => !leavesOld(strategy))).toEqual(['enclosed']);
});

test('what was cached and is never dropped stays in every order', () => {
  expect(staleOrders({ strategy: 'ttl', cached: 1 }).length).toBe(35);
});
