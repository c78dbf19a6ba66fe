/** Random numbers that are the same for the same seed. */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** The time to the next event of those that come at random, `perMs` of them on average. */
  gapMs(perMs: number): number;
}

/** Different names give streams that have nothing to do with each other: a draw of one side moves no draw of the other. */
export function createRandom(seed: number, name = ''): Random {
  let state = (seed ^ hashOf(name)) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, gapMs: (perMs) => -Math.log(1 - next()) / perMs };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
