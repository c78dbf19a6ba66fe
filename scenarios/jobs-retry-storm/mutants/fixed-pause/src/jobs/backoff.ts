export interface BackoffSettings {
  readonly baseMs: number;
  readonly capMs: number;
}

/** How long to wait after a failed attempt: the base, up to 30 % less or more, so that what failed together does not come back together. */
export function backoffMs(_attempt: number, { baseMs, capMs }: BackoffSettings, random: () => number): number {
  const nominalMs = Math.min(capMs, baseMs);
  return Math.round(nominalMs * (0.7 + 0.6 * random()));
}
