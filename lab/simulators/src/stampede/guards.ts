/** What keeps readers who miss from all asking the database. */
export type Guard = 'none' | 'flight' | 'lease' | 'stale' | 'early';

export const guardNames: Readonly<Record<Guard, string>> = {
  none: 'nothing: whoever misses asks',
  flight: 'single flight in each replica',
  lease: 'single flight, and a lease for all replicas',
  stale: 'show the old copy while one makes a new one',
  early: 'make it again early, at random (β = 1)',
};

/** For where there is little room. */
export const shortGuardNames: Readonly<Record<Guard, string>> = {
  none: 'no guard',
  flight: 'single flight',
  lease: 'lease',
  stale: 'old copy meanwhile',
  early: 'made again early',
};

/** Whether a read of a page that is still fresh makes it again: the nearer its end, the likelier. */
export function isEarly(
  { nowMs, endsAtMs, loadMs }: { nowMs: number; endsAtMs: number; loadMs: number },
  draw: number,
) {
  // Vattani and others, 2015, with β = 1. A draw of 0 would have no logarithm.
  return nowMs - loadMs * Math.log(Math.max(draw, Number.MIN_VALUE)) >= endsAtMs;
}

/** Readers who miss in the time of one load: the length of a stampede that nothing guards. */
export function stampedeSize(perSecond: number, loadMs: number): number {
  return (perSecond * loadMs) / 1_000;
}
