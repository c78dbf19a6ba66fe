import type { Run } from './simulator.ts';

/** However long the time of a model is, on the page it takes this long. */
export const PLAYBACK_MS = 10_000;
/** A screen reader that is spoken to more often never gets to the end of a sentence. */
export const SUMMARY_PAUSE_MS = 5_000;

/** Where the model's clock is after so much time on the page. */
export function playedTo(run: Run, fromMs: number, elapsedMs: number): number {
  return Math.min(run.endMs, fromMs + (Math.max(0, elapsedMs) / PLAYBACK_MS) * run.endMs);
}

/** The moment of the next event; the end where there is none. */
export function nextMoment({ momentsMs, endMs }: Run, tMs: number): number {
  return momentsMs.find((momentMs) => momentMs > tMs) ?? endMs;
}

/** How long to wait before the summary may be told again; 0: now. */
export function summaryWaitMs(lastToldMs: number | undefined, nowMs: number): number {
  return lastToldMs === undefined ? 0 : Math.max(0, lastToldMs + SUMMARY_PAUSE_MS - nowMs);
}
