/** The most of these times, which are sorted, that any stretch of `windowMs` holds. */
export function mostInAnyWindow(timesMs: readonly number[], windowMs: number): number {
  return fullestWindow(timesMs, windowMs).count;
}

/** The stretch of `windowMs` that holds the most, and how many. It begins with one of the times. */
export function fullestWindow(timesMs: readonly number[], windowMs: number): { startMs: number; count: number } {
  let first = 0;
  let fullest = { startMs: timesMs[0] ?? 0, count: 0 };
  for (const [index, atMs] of timesMs.entries()) {
    while ((timesMs[first] ?? 0) <= atMs - windowMs) first += 1;
    const count = index - first + 1;
    if (count > fullest.count) fullest = { startMs: timesMs[first] ?? 0, count };
  }
  return fullest;
}
