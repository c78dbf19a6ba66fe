/** Nearest-rank percentile: always a value that was measured. Throws `RangeError` for no values. */
export function percentile(values: readonly number[], rank: number): number {
  const ordered = values.toSorted((one, other) => one - other);
  const found = ordered[Math.max(0, Math.ceil((rank / 100) * ordered.length) - 1)];
  if (found === undefined) throw new RangeError('There is no percentile of no values.');
  return found;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
