import type { Evidence, Operation } from '@lab/sdk';

/** Of the time that the service waits for the store of its counts: later answers may have been given without it. */
const lateShare = 0.9;
/** So many late answers of one replica in so short a time, and it may take the store for lost, for as long as this. */
const lostAfter = 3;
const lostWithinMs = 500;
const lostForMs = 1_000;
/** Later echo answers than this at p95 are those of a busy machine. */
const busyEchoMs = 20;

/**
 * The operations whose replica may have decided without the store, because this machine had no time for both. What the
 * service does then is another exercise; here they prove nothing, in either direction. Where most are late on a machine
 * that has time, it is the service's own doing, and none of them is left out.
 */
export function withoutStore(
  evidence: Evidence,
  operations: readonly Operation[],
  storeWaitMs: number,
): ReadonlySet<number> {
  const lateMs = lateShare * storeWaitMs;
  const late = operations.filter(({ startMs, endMs }) => endMs - startMs >= lateMs);
  if (late.length > operations.length / 2 && evidence.labHealth.echo.p95Ms < busyEchoMs) return new Set();
  const found = new Set(late.map(({ id }) => id));
  for (const [replica, ofReplica] of Map.groupBy(late, (operation) => operation.replica)) {
    const ends = ofReplica.map(({ endMs }) => endMs).toSorted((a, b) => a - b);
    const losses = ends.filter((endMs, index) => endMs - (ends[index - lostAfter + 1] ?? -Infinity) <= lostWithinMs);
    for (const one of operations) {
      const isLost = losses.some((lostMs) => one.endMs >= lostMs && one.startMs <= lostMs + lostForMs);
      if (one.replica === replica && isLost) found.add(one.id);
    }
  }
  return found;
}
