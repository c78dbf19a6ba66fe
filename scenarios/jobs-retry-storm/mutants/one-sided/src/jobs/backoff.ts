export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * How long to wait after the nth failed attempt, counted from 1: twice as long each time up to the cap, and up to 30 %
 * less, so that what failed together does not come back together.
 */
export function backoffMs(attempt: number, { baseMs, capMs }: BackoffSettings, random: () => number): number {
  const nominalMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.round(nominalMs * (1 - 0.3 * random()));
}
