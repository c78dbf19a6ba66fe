import type { Ask, SlotLimit, Taken } from './limit.ts';

/** When each slot that is taken becomes free by itself. */
export interface SlotState {
  readonly kind: 'slots';
  readonly untilMs: readonly number[];
}

/** Nobody knows when a request in flight will end. */
export const SLOT_RETRY_MS = 1_000;

/**
 * A limit to what runs at the same time. A slot is taken for `leaseMs` and normally given back much earlier; the
 * lease brings back the slots of a process that was killed. A request takes one slot whatever it costs.
 */
export function takeSlot(
  { limit, leaseMs }: Omit<SlotLimit, 'kind' | 'name'>,
  state: SlotState | undefined,
  { nowMs, cost }: Ask,
): Taken<SlotState> {
  const held = (state?.untilMs ?? []).filter((until) => until > nowMs);
  const wanted = Math.min(cost, 1);
  const allowed = held.length + wanted <= limit;
  const untilMs = allowed && wanted > 0 ? [...held, nowMs + leaseMs] : held;
  return {
    allowed,
    remaining: Math.max(0, limit - untilMs.length),
    retryAfterMs: allowed ? 0 : SLOT_RETRY_MS,
    moreInMs: SLOT_RETRY_MS,
    state: { kind: 'slots', untilMs },
    ttlMs: Math.max(0, ...untilMs.map((until) => until - nowMs)),
  };
}
