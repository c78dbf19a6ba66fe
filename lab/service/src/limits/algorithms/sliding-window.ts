import type { Ask, Taken, WindowLimit } from './limit.ts';

type Slot = readonly [slot: number, accepted: number];

/** What was accepted, by slot of time, the oldest first. */
export interface WindowState {
  readonly kind: 'window';
  readonly slots: readonly Slot[];
}

/** A window has this many slots: an hour is counted by minutes. */
export const SLOTS_PER_WINDOW = 60;

/**
 * A sliding window that counts accepted requests by slots of a sixtieth of it. A slot counts in full until all of it
 * has left the window, so in any time of `windowMs` at most `limit` are accepted. The price: a request may count one
 * slot longer than it had to, so a caller can use 60/61 of the limit for certain.
 *
 * Rejected: a log of all requests (exact, but 200,000 entries for each large tenant); a fixed window (twice the limit
 * around its end); an estimate from two fixed windows, which takes the older requests to be spread evenly (up to twice
 * the limit where they came last).
 */
export function countInWindow(
  { limit, windowMs }: Omit<WindowLimit, 'kind' | 'name'>,
  state: WindowState | undefined,
  { nowMs, cost }: Ask,
): Taken<WindowState> {
  // Whole milliseconds, and never less than the window in all.
  const slotMs = Math.ceil(windowMs / SLOTS_PER_WINDOW);
  const slotCount = Math.ceil(windowMs / slotMs);
  const current = Math.floor(nowMs / slotMs);
  const leavesInMs = (slot: number) => (slot + slotCount + 1) * slotMs - nowMs;

  const before = (state?.slots ?? []).filter(([slot]) => slot >= current - slotCount);
  const used = totalOf(before);
  const allowed = used + cost <= limit;
  const slots = allowed && cost > 0 ? add(before, current, cost) : before;
  const total = totalOf(slots);
  const remaining = Math.max(0, limit - total);
  const oldest = slots[0];
  const newest = slots.at(-1);
  return {
    allowed,
    remaining,
    retryAfterMs: allowed ? 0 : untilGone(before, used + cost - limit, leavesInMs),
    moreInMs: oldest ? untilGone(slots, total + remaining + 1 - limit, leavesInMs) : windowMs,
    state: { kind: 'window', slots },
    ttlMs: newest ? leavesInMs(newest[0]) : 0,
  };
}

function totalOf(slots: readonly Slot[]): number {
  return slots.reduce((sum, [, accepted]) => sum + accepted, 0);
}

function add(slots: readonly Slot[], current: number, cost: number): Slot[] {
  const others = slots.filter(([slot]) => slot !== current);
  const [, accepted = 0] = slots.find(([slot]) => slot === current) ?? [];
  // The current slot is the newest, unless the clock was set back.
  return [...others, [current, accepted + cost] as const].sort(([a], [b]) => a - b);
}

/** After how long `count` of those accepted have left the window. Infinity where there are not as many. */
function untilGone(slots: readonly Slot[], count: number, leavesInMs: (slot: number) => number): number {
  let gone = 0;
  for (const [slot, accepted] of slots) {
    gone += accepted;
    if (gone >= count) return leavesInMs(slot);
  }
  return Number.POSITIVE_INFINITY;
}
