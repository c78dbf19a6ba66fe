import type { Ask, BucketLimit, Taken } from './limit.ts';

/** A full bucket has no state. */
export interface BucketState {
  readonly kind: 'bucket';
  /** Missing from a full bucket, in parts of a token: `windowMs` of them are one token. */
  readonly spent: number;
  readonly atMs: number;
}

/**
 * A token bucket. A request takes `cost` tokens or is refused and takes none; `limit` tokens come back in `windowMs`,
 * up to `burst`. So in any time of `windowMs` at most `burst + limit` are accepted: what was saved up at its start and
 * what came back meanwhile. A caller who is steady at `limit` or less is never refused.
 *
 * Each millisecond brings `limit` parts back. Whole parts and whole milliseconds need no rounding, so nothing is lost
 * between two requests however short their distance is, and a caller who waited for `retryAfterMs` has enough.
 */
export function takeTokens(
  { limit, windowMs, burst }: Omit<BucketLimit, 'kind' | 'name'>,
  state: BucketState | undefined,
  { nowMs, cost }: Ask,
): Taken<BucketState> {
  const { spent, atMs } = state ?? { spent: 0, atMs: nowMs };
  const capacity = burst * windowMs;
  // A clock that was set back brings nothing back for the time that it repeats.
  const missing = Math.max(0, spent - Math.max(0, nowMs - atMs) * limit);
  // More can be missing than there is room for where the plan became smaller.
  const before = Math.min(capacity, missing);
  const after = before + cost * windowMs;
  const allowed = after <= capacity;
  const kept = allowed ? after : before;
  const left = capacity - kept;
  const remaining = Math.floor(left / windowMs);
  let retryAfterMs = 0;
  if (!allowed) retryAfterMs = cost > burst ? Number.POSITIVE_INFINITY : Math.ceil((after - capacity) / limit);
  return {
    allowed,
    remaining,
    retryAfterMs,
    moreInMs: Math.ceil(((remaining + 1) * windowMs - left) / limit),
    state: { kind: 'bucket', spent: kept, atMs: nowMs },
    ttlMs: Math.ceil(kept / limit),
  };
}
