import type { TableDump } from './evidence.ts';
import type { MigrationHandle } from './migrations.ts';
import type { ObjectStoreHandle } from './object-store.ts';
import type { Operation } from './operation.ts';
import type { PaymentHandle } from './payment.ts';
import type { ReceiverHandle } from './receiver.ts';
import type { ScannerHandle } from './scanner.ts';
import type { ApiName, DependencyName, ProcessKind, ReplicaName, WorkerName } from './stack.ts';

/** Seeded: the same seed gives the same run of numbers. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number in [min, max]. */
  integer(min: number, max: number): number;
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
}

export interface Clock {
  /** Milliseconds since the run's clock started, with fractions. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/** One call of a ledger client to one replica. The answer is kept as an operation. */
export interface RequestSpec {
  readonly replica: ApiName;
  readonly client: string;
  readonly kind: 'read' | 'write';
  readonly view: string;
  readonly key: string;
  /** Finds the key in the parsed answer, where only the service knows it; `key` stands when it returns null. */
  readonly keyOf?: (body: unknown, status: number) => string | null;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** For writes: the value written. For reads the value comes from `read`. */
  readonly value?: number;
  /** Finds the value in the parsed answer of a read; `null` when it is not there. */
  readonly read?: (body: unknown, status: number) => number | null;
  /** Default 10,000. */
  readonly timeoutMs?: number;
}

/** What a call returned, for the scenario's own decisions; only the operation is evidence. */
export interface RequestResult {
  readonly operation: Operation;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** Something held or broken until `release`. Releasing twice is harmless. */
export interface Held extends AsyncDisposable {
  release(): Promise<void>;
}

/** A lock held by the lab's own database session. */
export interface DatabaseHold extends Held {
  /**
   * Waits until a session of this replica waits for this lock, at most `withinMs`.
   * False when that did not happen.
   */
  blocks(replica: ReplicaName, withinMs: number): Promise<boolean>;
  /** Waits until some session of ShelfWise waits for this lock, at most `withinMs`: the first such replica, or null. */
  firstBlocked(withinMs: number): Promise<ReplicaName | null>;
}

/** Which commits of ShelfWise a gate holds. */
export type CommitGate =
  /** Of transactions that changed a row in which this UUID occurs anywhere, of this table alone where one is named. */
  | { readonly mentions: string; readonly table?: string }
  /** Of every transaction of a worker that changed a row. For moments only: all their work stands still. */
  | { readonly of: 'workers' };

/** One row change of a transaction that has been committed. */
export interface CommittedChange {
  readonly replica: ReplicaName;
  /** Tells one transaction from another. */
  readonly transaction: string;
  /** With its schema, as `public.orders`. */
  readonly table: string;
  readonly operation: 'INSERT' | 'UPDATE' | 'DELETE';
}

/** Records which replica commits what about one thing, until it is released. */
export interface CommitWatch extends Held {
  /** In the order in which the transactions began to commit. */
  changes(): Promise<readonly CommittedChange[]>;
}

/** The lab's own connections to PostgreSQL: they never pass through Toxiproxy. */
export interface DatabaseHandle {
  query(sql: string, params?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Locks the rows that a `SELECT … FOR UPDATE` returns. */
  lockRows(sql: string, params: readonly unknown[]): Promise<DatabaseHold>;
  /** Locks every table of the service, so that readers wait too. */
  lockTables(): Promise<DatabaseHold>;
  /** Holds commits: the transaction has done its work, its client waits for COMMIT. */
  gateCommits(gate: CommitGate): Promise<DatabaseHold>;
  /** Records commits that change a row in which this UUID occurs. */
  watchCommits(mention: string): Promise<CommitWatch>;
  /** True while a session of the replica waits for a lock held by a session of the other one. */
  isBlockedBy(waiting: ReplicaName, holding: ReplicaName): Promise<boolean>;
  /** Number of sessions of this replica that are running a statement or wait in one. */
  activeSessions(replica: ReplicaName): Promise<number>;
  /** Statements that ShelfWise's sessions have executed so far, transaction control left out. */
  statementCount(): Promise<number>;
}

/** The lab's own connection to a Redis of the stack: it never passes through Toxiproxy. */
export interface KeyStoreHandle {
  command(name: string, ...args: readonly (string | number)[]): Promise<unknown>;
  /** All keys with their remaining time to live in ms (-1: no expiry). At most `limit` keys. */
  keys(limit: number): Promise<readonly { readonly key: string; readonly ttlMs: number }[]>;
  /** Number of keys, those that have expired and were not cleared away yet included. */
  count(): Promise<number>;
}

/** How a process ended that was asked to. */
export interface StoppedProcess {
  readonly exitCode: number | null;
  readonly tookMs: number;
  /** It did not leave in time and was killed. */
  readonly killed: boolean;
}

/** The processes of ShelfWise themselves. What is down or frozen when an experiment ends is brought back. */
export interface ProcessHandle {
  /**
   * SIGKILL, as by a machine that is gone: nothing that the process had begun takes effect after this resolves.
   * Its links drop what was under way, its database sessions are ended, its group is dead.
   */
  kill(replica: ReplicaName): Promise<void>;
  /**
   * Boots it again from the same code, at the same address, and waits until it is ready. False: it does not come up.
   * With `clockAheadMs` its clock shows that much more than the others', or less; at the latest when the experiment
   * ends, it is booted again with the right time.
   */
  start(replica: ReplicaName, options?: { readonly clockAheadMs?: number }): Promise<boolean>;
  /**
   * Begins to boot it, and goes on. Whoever kills, stops, freezes or starts it next waits for it; whoever ends or
   * freezes another of its kind waits until one of that kind is there to take over.
   */
  startMeanwhile(replica: ReplicaName): void;
  /** Whether one of this kind runs; decided when one does, or when none boots any more. */
  someRuns(kind: ProcessKind): Promise<boolean>;
  /** SIGTERM, as by a deploy; SIGKILL after `graceMs`. */
  stop(replica: ReplicaName, graceMs: number): Promise<StoppedProcess>;
  /** Freezes it: it keeps its connections and does nothing, as a machine that swaps or moves. */
  pause(replica: ReplicaName): Promise<Held>;
}

/** Disturbances of the links between one replica (or all) and one dependency. */
export interface LinkHandle {
  /**
   * What this replica sends to the dependency is held, or what the dependency answers: then it has
   * acted, and the replica does not know. Delivered in order on release.
   */
  hold(replica: ReplicaName, dependency: DependencyName, what?: 'requests' | 'replies'): Promise<Held>;
  /** Connections are closed and refused until release. */
  cut(replicas: readonly ReplicaName[], dependency: DependencyName): Promise<Held>;
  /** Each reply is late by `latencyMs` ± `jitterMs`. */
  delay(
    replicas: readonly ReplicaName[],
    dependency: DependencyName,
    amount: { readonly latencyMs: number; readonly jitterMs: number },
  ): Promise<Held>;
  /**
   * Each connection is closed once so many bytes have gone over it in one direction: what needs more does not come
   * through. To be left in force until the attempt has its outcome: a link on which it struck may be lost with it.
   */
  limit(
    replicas: readonly ReplicaName[],
    dependency: DependencyName,
    amount: { readonly bytes: number },
  ): Promise<Held>;
  /**
   * The dependency is out of order for these replicas: connections stand and are taken, and answers come never, or each
   * late by so much. When it is over every connection is closed, as by a restart, and what was on its way is lost.
   * Clients may hang up meanwhile: where what is held has to arrive, use `hold`.
   */
  silence(
    replicas: readonly ReplicaName[],
    dependency: DependencyName,
    answers?: 'never' | { readonly lateByMs: number },
  ): Promise<Held>;
}

/**
 * All that a scenario may use to force an order of events. Everything it starts is released when
 * the experiment ends, whatever happened.
 */
export interface ExperimentHandle {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** The run's: what every experiment must choose alike comes from it. */
  readonly seed: number;
  /** This attempt's own. */
  readonly random: Random;
  /** Which attempt this is, from 1: a barrier that was not reached one way may be reached another. */
  readonly attempt: number;
  /** Of the API, in random order, but the ones whose links were left alone the longest come first. */
  readonly replicas: readonly ApiName[];
  /** In random order. */
  readonly workers: readonly WorkerName[];
  readonly database: DatabaseHandle;
  readonly cache: KeyStoreHandle;
  /** Where requests are counted. */
  readonly limits: KeyStoreHandle;
  readonly objects: ObjectStoreHandle;
  readonly links: LinkHandle;
  readonly processes: ProcessHandle;
  readonly migrations: MigrationHandle;
  /** Its page of figures, as operators' alarms read it; null when it does not answer within two seconds. */
  metrics(replica: ReplicaName): Promise<string | null>;
  readonly payment: PaymentHandle;
  readonly scanner: ScannerHandle;
  readonly receiver: ReceiverHandle;
  request(spec: RequestSpec): Promise<RequestResult>;
  /** Marks keys as used by this attempt, so that findings and later re-reads know them. */
  use(...keys: readonly string[]): void;
  /** Makes a value once per run, as a login, and hands the same one to every later caller. */
  once<T>(name: string, make: () => Promise<T>): Promise<T>;
  /** Keys used by earlier experiments of this run, with the experiment that used them. */
  usedKeys(): readonly { readonly experiment: string; readonly key: string }[];
}

/** What an attempt came to. */
export interface ExperimentOutcome {
  readonly reached: boolean;
  readonly note?: string;
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>;
  /** Becomes part of the evidence. */
  readonly tables?: readonly TableDump[];
}

/** One forced order of events, on keys of its own, while the load goes on. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  /** An attempt that was not reached is repeated up to this many times. Default 3. */
  readonly attemptsMax?: number;
  /** Default 15,000. */
  readonly timeoutMs?: number;
  /** The phase it runs in. `calm`: before any fault, and not while another one runs. */
  readonly phase: 'baseline' | 'disturb' | 'recover';
  /** Load is expected to suffer while it runs: kept out of latency and error goals. */
  readonly disturbsLoad?: boolean;
  /** Waits until the links of its first replica have been left alone for a while. */
  readonly needsRest?: boolean;
  /** May run at the same time as its neighbours in the list that may too: it holds nothing but its own rows. */
  readonly besideOthers?: boolean;
  run(handle: ExperimentHandle): Promise<ExperimentOutcome>;
}
