import type { Operation } from '@lab/sdk';

/** What a plan promises: so many in any window wherever it begins, and after a rest so many more at once. */
export interface Quota {
  readonly limit: number;
  readonly windowMs: number;
  readonly burst: number;
}

/** By the part of an operation's key before the colon, as `free` of `free:shop-06`. */
export type Quotas = Readonly<Record<string, Quota>>;

/** Throws `RangeError` for a client whose quota nobody has declared. */
export function quotaOf(key: string, quotas: Quotas): Quota {
  const quota = quotas[planOf(key)];
  if (quota === undefined) throw new RangeError(`There is no quota for ${key}.`);
  return quota;
}

export function planOf(key: string): string {
  return key.split(':')[0] ?? key;
}

/** The most that any window may hold. */
export function mostOf({ limit, burst }: Quota): number {
  return limit + burst;
}

export function isRefused({ status }: Operation): boolean {
  return status === 429;
}

/** It got past the limits, whatever it was told then: a 401 or a 404 is an answer of the service proper. */
export function isAccepted({ status }: Operation): boolean {
  return status > 0 && status < 500 && status !== 429;
}

/** By whom they count for, in the order of their names. */
export function byClient(operations: readonly Operation[]): readonly (readonly [string, readonly Operation[]])[] {
  return [...Map.groupBy(operations, ({ key }) => key)].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export interface FullWindow {
  readonly fromMs: number;
  readonly operations: readonly Operation[];
}

/**
 * The window that certainly held the most. A request was counted at some moment between its start and its end, and
 * nobody knows which; only what began and ended inside a window was certainly counted in it. So code that is right is
 * never over by this count, however long its requests wait; code that is wrong loses those at the edges.
 */
export function fullestWindow(operations: readonly Operation[], windowMs: number): FullWindow {
  let fullest: FullWindow = { fromMs: 0, operations: [] };
  for (const { startMs: fromMs } of operations) {
    const inside = operations.filter(({ startMs, endMs }) => startMs >= fromMs && endMs <= fromMs + windowMs);
    if (inside.length > fullest.operations.length) fullest = { fromMs, operations: inside };
  }
  return fullest;
}

/**
 * Whether a limiter that is right may have refused this one: for some moments of its client's other requests, within
 * their starts and ends, a window was full or a bucket was empty. What was refused itself has used nothing.
 */
export function mayBeOver(one: Operation, others: readonly Operation[], quota: Quota): boolean {
  const { limit, windowMs, burst } = quota;
  const used = others.filter((other) => other.id !== one.id && !isRefused(other) && other.startMs <= one.endMs);
  const inWindow = used.filter(({ endMs }) => endMs >= one.startMs - windowMs).length;
  if (inWindow >= limit) return true;
  // As late as they can be, so that as little as possible has come back since.
  return used.some(({ endMs: fromMs }) => {
    const since = used.filter(({ endMs }) => endMs >= fromMs).length;
    const cameBack = (Math.max(0, one.startMs - fromMs) * limit) / windowMs;
    return since + 1 > burst + cameBack;
  });
}
