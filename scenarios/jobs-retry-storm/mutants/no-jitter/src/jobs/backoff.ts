export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
}

/** How long to wait after the nth failed attempt, counted from 1: twice as long each time up to the cap. */
export function backoffMs(attempt: number, { baseMs, capMs }: BackoffSettings, _random: () => number): number {
  const nominalMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return nominalMs;
}
