export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * How long to wait after the nth failed attempt, counted from 1: twice as long each time, up to 30 % less or more, so
 * that what failed together does not come back together, and never longer than the cap.
 */
export function backoffMs(attempt: number, { baseMs, capMs }: BackoffSettings, random: () => number): number {
  const variedMs = baseMs * 2 ** (attempt - 1) * (0.7 + 0.6 * random());
  return Math.round(Math.min(capMs, variedMs));
}
