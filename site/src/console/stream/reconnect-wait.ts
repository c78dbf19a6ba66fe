const firstMs = 250;
const mostMs = 10_000;
/** The first tries come soon: a page has to be back within two seconds. */
const soonMs = 800;

/** How long to wait before try `attempt`, from 1: full jitter, doubled each time. `random` is from 0 to below 1. */
export function reconnectWaitMs(attempt: number, random: number): number {
  if (attempt <= 2) return Math.round(random * Math.min(soonMs, firstMs * attempt));
  return Math.round(random * Math.min(mostMs, firstMs * 2 ** attempt));
}
