export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
}

/** At least this random, so that two jobs do not meet. */
const JITTER_MS = 100;

/** How long to wait after the nth failed attempt, counted from 1: twice as long each time up to the cap, with some jitter. */
export function backoffMs(attempt: number, { baseMs, capMs }: BackoffSettings, random: () => number): number {
  const nominalMs = Math.min(capMs, baseMs * 2 ** (attempt - 1));
  return Math.round(nominalMs + JITTER_MS * random());
}
