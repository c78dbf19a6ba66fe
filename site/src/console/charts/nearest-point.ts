/** Ticks come each second: further away than this from all of them a moment is not shown. */
const reachSeconds = 2;

/** The index of the point nearest to a second; null where none is near. `seconds` in order. */
export function nearestPoint(seconds: readonly number[], at: number): number | null {
  let low = 0;
  let high = seconds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seconds[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  const distance = (index: number): number => Math.abs((seconds[index] ?? Number.POSITIVE_INFINITY) - at);
  const nearest = distance(low - 1) <= distance(low) ? low - 1 : low;
  return distance(nearest) > reachSeconds ? null : nearest;
}
