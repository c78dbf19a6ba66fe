import { median } from '../../report/statistics.ts';

/**
 * By how much the last third of the readings is above the second one, in percent; negative where it is below. The
 * first third is left out: heaps and caches fill then. Throws `RangeError` for fewer than three readings.
 */
export function growthPercent(readings: readonly number[]): number {
  const third = Math.floor(readings.length / 3);
  if (third === 0) throw new RangeError('Growth needs three readings at least.');
  const [before, after] = [readings.slice(third, 2 * third), readings.slice(2 * third)].map(median);
  return ((after ?? 0) / (before ?? 1) - 1) * 100;
}
