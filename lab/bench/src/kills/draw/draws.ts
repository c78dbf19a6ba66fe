import { createHash } from 'node:crypto';

/** A number from 0 up to 1 for each name. Each name has a draw of its own: one more changes none of the others. */
export type Draws = (name: string) => number;

/** The draws of one round. Rounds do not depend on each other, so that one can be played alone. */
export function drawsOf(seed: number, round: number): Draws {
  return (name) => createHash('sha256').update(`${seed}/${round}/${name}`).digest().readUInt32LE(0) / 2 ** 32;
}

/** The item that a share from 0 up to 1 falls on. Throws a `RangeError` where there is none. */
export function pick<T>(share: number, items: readonly T[]): T {
  return weighted(
    share,
    items.map((item) => [item, 1] as const),
  );
}

/** The same, each item as wide as its weight. */
export function weighted<T>(share: number, items: readonly (readonly [item: T, weight: number])[]): T {
  const total = items.reduce((sum, [, weight]) => sum + weight, 0);
  let reached = 0;
  for (const [item, weight] of items) {
    reached += weight / total;
    if (share < reached) return item;
  }
  // The shares may add up to a little less than one.
  const last = items.at(-1);
  if (last === undefined) throw new RangeError('Cannot pick from an empty list.');
  return last[0];
}
