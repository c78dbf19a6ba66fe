import type { LockedWork, LockWait, MigrationEnd, MigrationSite, SeenTransaction } from '@lab/sdk';

/** What a run does when it is looked at. */
export type FakeRun =
  /** Ends at once. */
  | { readonly exitCode: number; readonly applies?: boolean }
  /** Goes on until the report is closed, and does its work then. */
  | 'waits'
  /** Goes on until it is killed. */
  | 'hangs';

interface FakeSiteOptions {
  /** In turn; the last one is repeated. */
  readonly runs: readonly FakeRun[];
  readonly nowMs: () => number;
  /** What the database says to a question, before a run has done its work and after. */
  readonly ask: (sql: string, params: readonly unknown[], isApplied: boolean) => readonly Record<string, unknown>[];
  /** Who waits, once a run has begun. */
  readonly waits?: (nowMs: number) => readonly LockWait[];
  /** Transactions of the migration, once a run has begun. */
  readonly transactions?: (nowMs: number) => readonly SeenTransaction[];
  readonly work?: readonly LockedWork[];
  readonly reportAlive?: boolean;
}

/** A database without a server: what was done with it, in order, and whether the migration is applied. */
export function fakeSite(options: FakeSiteOptions) {
  const { runs, nowMs, ask, waits = () => [], transactions = () => [], work = [], reportAlive = true } = options;
  const calls: string[] = [];
  const left = [...runs];
  let isApplied = false;
  let isOpen = false;
  let begun = 0;
  const apply = (): void => {
    isApplied = true;
  };
  const release = async (): Promise<void> => {
    if (isOpen) calls.push('report closed');
    isOpen = false;
  };
  const site: MigrationSite = {
    begin: async (args, program = 'bin/migrate.ts') => {
      begun += 1;
      calls.push(`${program === 'bin/migrate.ts' ? 'run' : 'backfill'} ${args.join(' ')}`);
      const does = left.length > 1 ? left.shift() : left[0];
      return processOf(does ?? 'hangs', { startMs: nowMs(), nowMs, calls, isOpen: () => isOpen, apply });
    },
    query: async (sql, params = []) => ask(sql, params, isApplied),
    holdReport: async () => {
      isOpen = true;
      calls.push('report open');
      return { isAlive: async () => reportAlive, release, [Symbol.asyncDispose]: release };
    },
    watchLocks: async () => {
      const ended = async (): Promise<void> => undefined;
      return {
        waits: () => (begun > 0 ? waits(nowMs()) : []),
        transactions: () => (begun > 0 ? transactions(nowMs()) : []),
        migrationSeen: () => (begun > 0 ? { firstMs: 0, lastMs: nowMs() } : null),
        release: ended,
        [Symbol.asyncDispose]: ended,
      };
    },
    lockRows: async () => {
      calls.push('rows locked');
      const end = async (): Promise<void> => void calls.push('rows free');
      const change = async (): Promise<boolean> => calls.push('rows changed') > 0;
      return { rows: 3, change, commit: end, release: end, [Symbol.asyncDispose]: async () => undefined };
    },
    rush: async () => {
      calls.push('rush begins');
      const end = async (): Promise<void> => void calls.push('rush ends');
      return { release: end, [Symbol.asyncDispose]: async () => undefined };
    },
    watchStatements: async () => {
      const opened = async (): Promise<void> => void calls.push('gate open');
      const holdLater = async () => ({ release: opened, [Symbol.asyncDispose]: async () => undefined });
      return { lockedWork: async () => work, holdLater };
    },
  };
  return { site, calls };
}

interface RunParts {
  readonly startMs: number;
  readonly calls: string[];
  nowMs(): number;
  isOpen(): boolean;
  apply(): void;
}

function processOf(does: FakeRun, { startMs, nowMs, calls, isOpen, apply }: RunParts) {
  const endOf = (exitCode: number | null): MigrationEnd => ({ exitCode, startMs, endMs: nowMs(), tail: ['the end'] });
  return {
    startMs,
    ended: async () => {
      if (does === 'hangs' || (does === 'waits' && isOpen())) return null;
      if (does === 'waits' || does.applies !== false) apply();
      return endOf(does === 'waits' ? 0 : does.exitCode);
    },
    kill: async () => {
      calls.push('kill');
      return endOf(null);
    },
  };
}
