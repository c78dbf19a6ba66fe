import { decide, type LimitState } from '@lab/service/policies/decide';
import type { Limit } from '@lab/service/policies/limit';

export type LimiterName = 'fixed' | 'sliding' | 'bucket' | 'leaky';

/** The budget that every limiter is given: `limit` in `windowMs`, and `burst` at once. */
export interface Budget {
  readonly limit: number;
  readonly windowMs: number;
  readonly burst: number;
}

export interface Answer {
  readonly outcome: 'passed' | 'delayed' | 'refused';
  /** When the request goes through; of a refused one, when it was refused. */
  readonly atMs: number;
  /** How much of what the limiter has is used at a later moment, if nobody else comes: 0 to 1. */
  readonly usedAt: (tMs: number) => number;
}

/** One count. It is asked in order of time. */
export type Limiter = (nowMs: number) => Answer;

export function createLimiter(name: LimiterName, budget: Budget): Limiter {
  const { limit, windowMs, burst } = budget;
  switch (name) {
    case 'fixed':
      return fixedWindow(budget);
    case 'sliding':
      return shelfWise({ kind: 'window', name, limit, windowMs }, limit);
    case 'bucket':
      return shelfWise({ kind: 'bucket', name, limit, windowMs, burst }, burst);
    case 'leaky':
      return leakyBucket(budget);
  }
}

/** The most that a limiter lets through in any window, if it is right about itself. */
export function boundOf(name: LimiterName, { limit, burst }: Budget): number {
  switch (name) {
    case 'fixed':
      return 2 * limit;
    case 'bucket':
      return limit + burst;
    case 'sliding':
    case 'leaky':
      return limit;
  }
}

/** By the function that ShelfWise decides by; its script for the limits store is held to it by a test. */
function shelfWise(limit: Limit, size: number): Limiter {
  let state: LimitState | undefined;
  return (nowMs) => {
    const { allowed, results } = decide([{ limit, state }], { nowMs, cost: 1 });
    const taken = results[0]?.taken;
    const after = taken?.state;
    state = after;
    const usedAt = (tMs: number) => {
      const asked = decide([{ limit, state: after }], { nowMs: Math.floor(tMs), cost: 0 });
      return 1 - (asked.results[0]?.taken.remaining ?? 0) / size;
    };
    return { outcome: allowed ? 'passed' : 'refused', atMs: nowMs, usedAt };
  };
}

/** What ShelfWise does not do: the count begins anew with each window of the clock. */
function fixedWindow({ limit, windowMs }: Budget): Limiter {
  let window = -1;
  let count = 0;
  return (nowMs) => {
    const current = Math.floor(nowMs / windowMs);
    if (current !== window) count = 0;
    window = current;
    const allowed = count < limit;
    if (allowed) count += 1;
    const used = count / limit;
    const usedAt = (tMs: number) => (Math.floor(tMs / windowMs) === current ? used : 0);
    return { outcome: allowed ? 'passed' : 'refused', atMs: nowMs, usedAt };
  };
}

/** A queue with room for `burst`, from which one request goes on each `windowMs / limit`. */
function leakyBucket({ limit, windowMs, burst }: Budget): Limiter {
  // In parts of a millisecond, `limit` to one, so that nothing is rounded between two requests.
  let freeAt = 0;
  return (nowMs) => {
    const now = nowMs * limit;
    const turn = Math.max(now, freeAt);
    const waiting = Math.ceil((turn - now) / windowMs);
    const isRefused = waiting > burst;
    if (!isRefused) freeAt = turn + windowMs;
    const emptyAt = freeAt;
    const usedAt = (tMs: number) => Math.min(1, Math.max(0, emptyAt - tMs * limit) / windowMs / (burst + 1));
    if (isRefused) return { outcome: 'refused', atMs: nowMs, usedAt };
    const atMs = Math.ceil(turn / limit);
    return { outcome: atMs > nowMs ? 'delayed' : 'passed', atMs, usedAt };
  };
}
