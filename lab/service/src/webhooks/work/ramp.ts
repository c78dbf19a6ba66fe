/** The first pause, and by how many halvings the last one is shorter: from one delivery a second to 64. */
const FIRST_GAP_MS = 1_000;
const HALVINGS = 6;

/**
 * How long an endpoint waits between two deliveries, so long after it has come back: the rate doubles again and again
 * until `rampMs` have passed. Whoever has recovered is not hit at once by all that has waited.
 */
export function rampGapMs(elapsedMs: number, rampMs: number): number {
  if (elapsedMs >= rampMs) return 0;
  return Math.round(FIRST_GAP_MS * 2 ** (-HALVINGS * (Math.max(0, elapsedMs) / rampMs)));
}
