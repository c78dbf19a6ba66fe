/** What was agreed about the pause after the nth failed attempt: doubling from a base to a cap, and varied around it. */
export interface Pauses {
  readonly baseMs: number;
  readonly capMs: number;
  /** Up to this share shorter or longer. */
  readonly variation: number;
  readonly attemptsMax: number;
}

export function nominalMs({ baseMs, capMs }: Pauses, attempt: number): number {
  return Math.min(capMs, baseMs * 2 ** (attempt - 1));
}

/** `second`, as of an attempt. */
export function ordinal(number: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'][number - 1] ?? `${number}th`;
}
