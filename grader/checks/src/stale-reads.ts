import type { Operation } from '@lab/sdk';

/** A read that answered a value which an acknowledged write had replaced before the read began. */
export interface StaleRead {
  readonly read: Operation;
  /** The acknowledged write that the read should have seen. */
  readonly write: Operation;
}

/**
 * Reads that contradict the ledger. A write may show from the moment it starts; its value may be
 * gone only once a later write has started. So a read is stale when the value it answered was
 * replaced, for certain, before the read began: another write began after the value's own write had
 * ended, and was acknowledged before the read started. A write with an unknown outcome may take
 * effect at any later time, so its value is never stale. (The regular register of Lamport, "On
 * interprocess communication", 1986, with Jepsen's treatment of indeterminate operations. What is
 * seen before a write was acknowledged is not judged.)
 */
export function findStaleReads(history: readonly Operation[]): readonly StaleRead[] {
  const byKey = Map.groupBy(history, (operation) => operation.key);
  return [...byKey.values()]
    .flatMap((operations) => {
      const writes = operations.filter((operation) => operation.kind === 'write');
      const reads = operations.filter((operation) => operation.kind === 'read' && operation.outcome === 'ok');
      return reads.flatMap((read) => staleAgainst(read, writes));
    })
    .sort((a, b) => a.read.startMs - b.read.startMs);
}

function staleAgainst(read: Operation, writes: readonly Operation[]): readonly StaleRead[] {
  if (read.value === null) return [];
  const sameValue = writes.filter((write) => write.value === read.value);
  // A refused attempt is not where the value came from when another attempt wrote it.
  const taken = sameValue.filter((write) => write.outcome !== 'fail');
  const source = taken.length > 0 ? taken : sameValue;
  // A value that nobody wrote is the one the book began with.
  const replacedAfterMs = source.length === 0 ? Number.NEGATIVE_INFINITY : latestPossible(source);
  const newer = writes
    .filter((write) => write.outcome === 'ok' && write.startMs >= replacedAfterMs && write.endMs <= read.startMs)
    .sort((a, b) => a.endMs - b.endMs)
    .at(-1);
  return newer === undefined || newer.value === read.value ? [] : [{ read, write: newer }];
}

function latestPossible(writes: readonly Operation[]): number {
  return Math.max(...writes.map((write) => (write.outcome === 'ok' ? write.endMs : Number.POSITIVE_INFINITY)));
}
