import type { LockWait, SeenTransaction } from '@lab/sdk';

/** A session of the database at one look: one that waits for a lock, or one of the login that migrates. */
export interface SeenSession {
  readonly pid: number;
  /** Null for the server's own processes, as autovacuum. */
  readonly login: string | null;
  /** The one that it is in; of those that are looked at for their waits alone it may be left out. */
  readonly transaction?: { readonly startMs: number; readonly writes: boolean } | null;
  readonly wait: {
    readonly table: string | null;
    readonly mode: string;
    /** By the run's clock; null for the first moment, before the server has noted it. */
    readonly sinceMs: number | null;
    /** Sessions that hold the lock in a way that conflicts, and those ahead in the queue that want it so. */
    readonly blockers: readonly number[];
  } | null;
}

export interface LockLook {
  /** By the run's clock. */
  readonly atMs: number;
  readonly sessions: readonly SeenSession[];
}

interface LooksOptions {
  /** The login that migrates. */
  readonly role: string;
  /** Whose sessions of that login are reports of the lab. */
  isReport(pid: number): boolean;
  /** How a login is called. */
  nameOf(login: string | null): string;
}

/** Puts looks together: one wait is one session's for one lock from one moment on, over many looks. */
export function collectLooks({ role, isReport, nameOf }: LooksOptions) {
  const waits = new Map<string, LockWait>();
  const transactions = new Map<string, SeenTransaction>();
  let seen: { firstMs: number; lastMs: number } | null = null;
  return {
    add({ atMs, sessions }: LockLook): void {
      const blockersOf = new Map(sessions.map(({ pid, wait }) => [pid, wait?.blockers ?? []]));
      const migrates = new Set(
        sessions.filter((one) => one.login === role && !isReport(one.pid)).map(({ pid }) => pid),
      );
      if (migrates.size > 0) seen = { firstMs: seen?.firstMs ?? atMs, lastMs: atMs };
      for (const { pid, transaction } of sessions.filter((one) => migrates.has(one.pid))) {
        if (transaction) addTransaction(transactions, { pid, endMs: atMs, ...transaction });
      }
      for (const { pid, login, wait } of sessions) {
        if (wait === null) continue;
        const isMigration = migrates.has(pid);
        const ahead = everybodyAhead(pid, blockersOf);
        const startMs = wait.sinceMs ?? atMs;
        const key = openWait(waits, { pid, startMs, wait }) ?? `${pid} ${startMs}`;
        const before = waits.get(key);
        waits.set(key, {
          who: isMigration ? 'migration' : isReport(pid) ? 'lab' : nameOf(login),
          pid,
          table: wait.table,
          mode: wait.mode,
          startMs: before?.startMs ?? startMs,
          endMs: Math.max(atMs, before?.endMs ?? startMs),
          behindMigration: before?.behindMigration === true || (!isMigration && ahead.some((one) => migrates.has(one))),
          behindReport: (before?.behindReport ?? true) && ahead.length > 0 && ahead.every(isReport),
        });
      }
    },
    waits: (): readonly LockWait[] => [...waits.values()].toSorted((a, b) => a.startMs - b.startMs),
    migrationSeen: () => seen,
    transactions: (): readonly SeenTransaction[] =>
      [...transactions.values()].toSorted((a, b) => a.startMs - b.startMs),
  };
}

/** A session has one at a time: what began within a moment of the same is the same, by two clocks. */
function addTransaction(transactions: Map<string, SeenTransaction>, now: SeenTransaction): void {
  const known = [...transactions].findLast(([, { pid }]) => pid === now.pid);
  const [key, before] = known ?? [];
  if (key === undefined || before === undefined || Math.abs(before.startMs - now.startMs) > sameWithinMs) {
    transactions.set(`${now.pid} ${now.startMs}`, { ...now, endMs: Math.max(now.startMs, now.endMs) });
  } else transactions.set(key, { ...before, endMs: now.endMs, writes: before.writes || now.writes });
}

const sameWithinMs = 2;

/** The server notes when a wait began a moment after it did. What was seen before that is the same wait. */
const notedWithinMs = 15;

function openWait(
  waits: ReadonlyMap<string, LockWait>,
  { pid, startMs, wait }: { pid: number; startMs: number; wait: NonNullable<SeenSession['wait']> },
): string | undefined {
  for (const [key, one] of waits) {
    const isSame = one.pid === pid && one.table === wait.table && one.mode === wait.mode;
    if (isSame && Math.abs(one.startMs - startMs) <= notedWithinMs) return key;
  }
  return undefined;
}

/** Whom a session waits for, itself or by way of others that wait. */
function everybodyAhead(pid: number, blockersOf: ReadonlyMap<number, readonly number[]>): readonly number[] {
  const ahead = new Set<number>();
  const left = [...(blockersOf.get(pid) ?? [])];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (next === pid || ahead.has(next)) continue;
    ahead.add(next);
    left.push(...(blockersOf.get(next) ?? []));
  }
  return [...ahead];
}
