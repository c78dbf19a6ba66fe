export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * How long to wait after the nth failed attempt, counted from 1: twice as long each time, and up to 30 % less or
 * more, so that what failed together does not come back together. The mean is the nominal pause.
 */
export function backoffMs(attempt: number, { baseMs }: BackoffSettings, random: () => number): number {
  const nominalMs = baseMs * 2 ** (attempt - 1);
  return Math.round(nominalMs * (0.7 + 0.6 * random()));
}
