import type { LockedWork } from '@lab/sdk';

/** What was noted inside of a transaction of the migration: before a command, after it, and in COMMIT. */
export interface StatementNote {
  readonly transaction: string;
  readonly atMs: number;
  readonly event: 'begin' | 'end' | 'commit';
  /** As `ALTER TABLE`. */
  readonly command: string;
  /** Modes that it held on each table at that moment, by the table's name. */
  readonly locks: Readonly<Record<string, readonly string[]>>;
  /** Rows of each table that its session had read from one end to the other by then. */
  readonly reads: Readonly<Record<string, number>>;
}

/** Modes that stop writers, or everybody; the strongest comes last. */
const stopping = ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'];

/** Notes in their order, put together by transaction and table. A transaction that did not commit is left out. */
export function lockedWorkOf(notes: readonly StatementNote[]): readonly LockedWork[] {
  const byTransaction = Map.groupBy(notes, ({ transaction }) => transaction);
  return [...byTransaction.values()]
    .filter((of) => of.some(({ event }) => event === 'commit'))
    .flatMap((of) => tablesOf(of).flatMap((table) => workOn(table, of)));
}

function tablesOf(notes: readonly StatementNote[]): readonly string[] {
  return [...new Set(notes.flatMap(({ locks }) => Object.keys(locks)))];
}

function workOn(table: string, notes: readonly StatementNote[]): readonly LockedWork[] {
  const strengthAt = (note: StatementNote): number =>
    Math.max(-1, ...(note.locks[table] ?? []).map((mode) => stopping.indexOf(mode)));
  const firstLocked = notes.findIndex((note) => strengthAt(note) >= 0);
  const first = notes[firstLocked];
  const last = notes.at(-1);
  if (first === undefined || last === undefined) return [];
  // The command that took the lock took it before it read anything: what was read by then was read before it began.
  const before = first.event === 'begin' ? first : (notes[firstLocked - 1] ?? first);
  const strongest = Math.max(...notes.map(strengthAt));
  return [
    {
      transaction: first.transaction,
      table,
      mode: stopping[strongest] ?? '',
      rowsRead: (last.reads[table] ?? 0) - (before.reads[table] ?? 0),
      heldMs: last.atMs - first.atMs,
      commands: notes.filter(({ event }) => event === 'end').map(({ command }) => command),
    },
  ];
}
