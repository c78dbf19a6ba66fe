import type { Held } from './handle.ts';

/** How one run of `bin/migrate.ts` or `bin/backfill.ts` ended. Times are of the run's clock. */
export interface MigrationEnd {
  /** Null: it was killed. */
  readonly exitCode: number | null;
  readonly startMs: number;
  readonly endMs: number;
  /** Last lines of its output. */
  readonly tail: readonly string[];
}

/** A program of ShelfWise's that works on the database and ends. */
export type RolloutProgram = 'bin/migrate.ts' | 'bin/backfill.ts';

/** A run of such a program that has begun. It is killed with the attempt at the latest. */
export interface MigrationProcess {
  readonly startMs: number;
  /** How it ended; null when it still runs after `withinMs`. */
  ended(withinMs: number): Promise<MigrationEnd | null>;
  /** SIGKILL; nothing that it had begun takes effect after this resolves: its sessions in the database are ended too. */
  kill(): Promise<MigrationEnd>;
}

/** One wait of one session for one lock, by PostgreSQL's own account. Times are of the run's clock. */
export interface LockWait {
  /** `migration`, a process of ShelfWise as `api-1`, `lab`, else the login. */
  readonly who: string;
  readonly pid: number;
  /** With its schema, as `public.books`; null where it is no table's lock. */
  readonly table: string | null;
  /** As `AccessExclusiveLock`. */
  readonly mode: string;
  readonly startMs: number;
  /** When it was last seen to wait: one look later it did so no more. */
  readonly endMs: number;
  /** A session of the migration was ahead of it in the queue or held the lock, itself or by way of others. */
  readonly behindMigration: boolean;
  /** What it waited for were reports of the lab, and nobody else. */
  readonly behindReport: boolean;
}

/** One transaction of the login that migrates, as PostgreSQL showed it. Times are of the run's clock. */
export interface SeenTransaction {
  readonly pid: number;
  readonly startMs: number;
  /** When it was last seen: one look later it was over. */
  readonly endMs: number;
  /** It has changed or locked a row, or something of the schema. */
  readonly writes: boolean;
}

/** Looks every few ms at who waits for whom. Releasing ends the looking; what was seen stays. */
export interface LockWatch extends Held {
  /** Those that are over and those that go on, by their start. Throws `LabError` when the lab could not look. */
  waits(): readonly LockWait[];
  /** Moments at which some session of the migration was there. */
  migrationSeen(): { readonly firstMs: number; readonly lastMs: number } | null;
  /** Transactions of the login that migrates, by their start; the lab's reports are left out. */
  transactions(): readonly SeenTransaction[];
}

/** What one transaction of the migration did under a lock that stops writers, or everybody. */
export interface LockedWork {
  readonly transaction: string;
  readonly table: string;
  /** The strongest mode that it held on the table. */
  readonly mode: string;
  /** Rows of this table that it read from one end to the other while it held the lock. */
  readonly rowsRead: number;
  /** At least this long the lock was held, by the server's clock. */
  readonly heldMs: number;
  /** Tags of its commands, as `ALTER TABLE`. */
  readonly commands: readonly string[];
}

/** Notes what the migration's transactions did, inside of them. What was rolled back left no note. */
export interface StatementWatch {
  /**
   * Holds the migration at the first command that it sends once a transaction with a stopping lock on this table has
   * committed: between two files, as it were, before the second one asks for anything. Only until it is released.
   */
  holdLater(table: string): Promise<Held>;
  /** Of transactions that have committed, one entry for each table that they held so. */
  lockedWork(): Promise<readonly LockedWork[]>;
}

/** A transaction that has read some tables and does not end: a long report, by the login that migrates. */
export interface LongReport extends Held {
  /** Whether its session is still there: the login that migrates has the right to end it. */
  isAlive(): Promise<boolean>;
}

/** Rows that a session of the lab's has locked until it is released: then it leaves them as they were. */
export interface HeldRows extends Held {
  readonly rows: number;
  /**
   * In the transaction that holds them; nobody sees it before `commit`. False where it would have had to wait for somebody
   * else: then nothing was changed.
   */
  change(sql: string, params?: readonly unknown[]): Promise<boolean>;
  /** Releases them with the changes. */
  commit(): Promise<void>;
}

/** A database on which the migrations of the code under test can be run. */
export interface MigrationSite {
  /** Begins `bin/migrate.ts`, or another program, with these arguments as the owner of the schema, past all links. */
  begin(args: readonly string[], program?: RolloutProgram): Promise<MigrationProcess>;
  /** One statement of the lab's own, as superuser. */
  query(sql: string, params?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Reads these tables in a transaction and leaves it open. */
  holdReport(tables: readonly string[]): Promise<LongReport>;
  /** Locks the rows that a `SELECT … FOR UPDATE` returns, as somebody would who works with them. */
  lockRows(sql: string, params?: readonly unknown[]): Promise<HeldRows>;
  /** So many short transactions under way all the time, and others that wait for a lock that is not granted. */
  rush(sessions: { readonly transactions: number; readonly waiting: number }): Promise<Held>;
  watchLocks(): Promise<LockWatch>;
  /** From now on. Once for each database. */
  watchStatements(): Promise<StatementWatch>;
}

/** For scenarios whose stack leaves migrations to the experiments (`StackSpec.migrations`). */
export interface MigrationHandle {
  /** The database that ShelfWise works on. */
  readonly shop: MigrationSite;
  /** An untouched copy of it as it was when the run began, on which nobody works. Dropped with the attempt. */
  copy(): Promise<MigrationSite>;
}
