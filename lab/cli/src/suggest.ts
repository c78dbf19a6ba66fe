/** The candidate that was probably meant, or null when none is near enough. */
export function suggest(given: string, candidates: readonly string[]): string | null {
  const word = given.toLowerCase();
  const within = candidates.filter((candidate) => word.length >= 3 && candidate.includes(word));
  const [only] = within;
  if (within.length === 1 && only !== undefined) return only;
  const distanceMax = Math.max(1, Math.floor(word.length * 0.4));
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance <= distanceMax && (best === null || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1;
      const swap =
        from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1] ? beforeLast[column - 2] : undefined;
      const changes = [last[column], current[column - 1]].map((value) => (value ?? 0) + 1);
      current.push(
        Math.min(...changes, (last[column - 1] ?? 0) + cost, swap === undefined ? Number.MAX_SAFE_INTEGER : swap + 1),
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}
