export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * How long to wait after the nth failed attempt, counted from 1: anything up to a limit that doubles each time up to the
 * cap. Nothing spreads better what failed together.
 */
export function backoffMs(attempt: number, { baseMs, capMs }: BackoffSettings, random: () => number): number {
  const limitMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.round(limitMs * random());
}
