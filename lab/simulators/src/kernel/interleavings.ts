/**
 * Every order in which actors can take their steps, where each takes its own in turn. `counts` says how many steps each
 * actor has; an order names the actor of each step. There are as many as the multinomial coefficient says, so keep the
 * counts small: 3 and 4 steps have 35 orders, 3, 3 and 4 have 4,200.
 */
export function interleavings(counts: readonly number[]): readonly (readonly number[])[] {
  if (counts.every((count) => count === 0)) return [[]];
  return counts.flatMap((count, actor) => {
    if (count === 0) return [];
    const rest = counts.map((other, index) => (index === actor ? other - 1 : other));
    return interleavings(rest).map((order) => [actor, ...order]);
  });
}
