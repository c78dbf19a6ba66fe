import {
  type Clock,
  type Held,
  LabError,
  type LongReport,
  type MigrationProcess,
  type MigrationSite,
  type RolloutProgram,
} from '@lab/sdk';
import { Client, Pool } from 'pg';
import type { MigrationGround } from '../../testbed/migration-ground.ts';
import { ignore, questionsTo } from '../questions.ts';
import { watchLocks } from './lock-watch.ts';
import { holdRows, openRush } from './people-in-the-way.ts';
import { watchStatements } from './statement-watch.ts';

interface SiteOptions {
  readonly ground: MigrationGround;
  readonly database: string;
  /** How the server shows the lab's sessions, without what they are for. */
  readonly name: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The lab's own questions while a migration holds the strong lock are answered late, and never wait for ever. */
const sessionLimits = '-c lock_timeout=5000 -c statement_timeout=20000';
/** A report is at most this long open, should the lab be gone. */
const reportLimits = '-c lock_timeout=3000 -c idle_in_transaction_session_timeout=120000';
/** Of one process's output. */
const tailLines = 12;

/** Dispose kills what runs there and ends the lab's sessions. */
export function openMigrationSite(options: SiteOptions): MigrationSite & AsyncDisposable {
  const { ground, database, name, clock, signal } = options;
  const pool = new Pool({
    connectionString: ground.adminUrl(database),
    application_name: `${name}:ask`.slice(0, 63),
    connectionTimeoutMillis: 5_000,
    options: sessionLimits,
    max: 2,
  });
  pool.on('error', ignore);
  const ask = questionsTo(pool, signal);
  const query: MigrationSite['query'] = async (sql, params) => {
    // What is released later asks on, but nothing new is begun.
    signal.throwIfAborted();
    return await ask(sql, params);
  };
  const reports = new Set<number>();
  const held = new Set<Held>();
  const running = new Set<MigrationProcess>();

  return {
    query,
    begin: async (args, program) => {
      signal.throwIfAborted();
      const begun = await beginProcess(options, { args, program, reports });
      running.add(begun);
      return begun;
    },
    holdReport: async (tables) => {
      const report = await openReport(options, { tables, query, onPid: (pid) => reports.add(pid) });
      held.add(report);
      return report;
    },
    lockRows: async (sql, params) => {
      const rows = await holdRows(await labSession(options), sql, params);
      held.add(rows);
      return rows;
    },
    rush: async (sessions) => {
      const rush = await openRush(() => labSession(options), sessions);
      held.add(rush);
      return rush;
    },
    watchLocks: async () => {
      const watch = await watchLocks({
        url: ground.adminUrl(database),
        name: `${name}:watch`.slice(0, 63),
        role: ground.role,
        clock,
        isReport: (pid) => reports.has(pid),
      });
      held.add(watch);
      return watch;
    },
    watchStatements: async () => {
      const watch = await watchStatements({ ask: query, role: ground.role, openSession: () => labSession(options) });
      return {
        ...watch,
        holdLater: async (table) => {
          const hold = await watch.holdLater(table);
          held.add(hold);
          return hold;
        },
      };
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of running) await one.kill();
      for (const one of held) await one.release();
      await pool.end();
    },
  };
}

interface ProgramRun {
  readonly args: readonly string[];
  readonly program: RolloutProgram | undefined;
  /** Sessions that are the lab's. */
  readonly reports: ReadonlySet<number>;
}

async function beginProcess(
  { ground, database, clock }: SiteOptions,
  { args, program, reports }: ProgramRun,
): Promise<MigrationProcess> {
  const startMs = clock.nowMs();
  const child = await ground.spawn(database, args, program);
  const ended = child.exited.then(({ exitCode }) => {
    const tail = child.tail().slice(-tailLines);
    return { exitCode, startMs, endMs: clock.nowMs(), tail };
  });
  return {
    startMs,
    ended: async (withinMs) => {
      const timer = Promise.withResolvers<null>();
      const late = setTimeout(() => timer.resolve(null), withinMs);
      const end = await Promise.race([ended, timer.promise]);
      clearTimeout(late);
      return end;
    },
    kill: async () => {
      await child.kill();
      // The server goes on with the statement of a client that is gone.
      await ground.endSessions(database, [...reports]);
      return await ended;
    },
  };
}

async function labSession({ ground, database, name }: SiteOptions): Promise<Client> {
  const session = new Client({
    connectionString: ground.adminUrl(database),
    application_name: `${name}:hold`.slice(0, 63),
    connectionTimeoutMillis: 5_000,
    options: sessionLimits,
  });
  session.on('error', ignore);
  await session.connect();
  return session;
}

interface ReportOptions {
  readonly tables: readonly string[];
  readonly query: MigrationSite['query'];
  onPid(pid: number): void;
}

async function openReport(
  { ground, database, name }: SiteOptions,
  { tables, query, onPid }: ReportOptions,
): Promise<LongReport> {
  const session = new Client({
    // As the login that migrates: it may end its own sessions, and a superuser's it may not.
    connectionString: ground.ownerUrl(database),
    application_name: `${name}:report`.slice(0, 63),
    connectionTimeoutMillis: 5_000,
    options: reportLimits,
  });
  session.on('error', ignore);
  try {
    await session.connect();
    const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid ?? 0;
    onPid(pid);
    // One snapshot from its beginning to its end, as a single long statement has it.
    await session.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const table of tables) await session.query(`SELECT FROM ${table} LIMIT 1`);
    return reportOf(session, { pid, query });
  } catch (cause) {
    await session.end().catch(ignore);
    throw new LabError('E_BARRIER_LOCK', { message: 'The lab could not begin its long report.', cause });
  }
}

function reportOf(
  session: Client,
  { pid, query }: { readonly pid: number; readonly query: MigrationSite['query'] },
): LongReport {
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    released ??= session
      .query('ROLLBACK')
      // Its session may have been ended by the migration.
      .catch(ignore)
      .then(() => session.end())
      .catch(ignore);
    return released;
  };
  return {
    isAlive: async () => (await query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).length > 0,
    release,
    [Symbol.asyncDispose]: release,
  };
}
