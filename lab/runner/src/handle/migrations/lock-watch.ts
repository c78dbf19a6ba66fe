import { type Clock, LabError, type LockWatch } from '@lab/sdk';
import { Client } from 'pg';
import { replicaOf } from '../../testbed/roles.ts';
import { runMsOf } from '../owned.ts';
import { ignore } from '../questions.ts';
import { collectLooks, type SeenSession } from './lock-looks.ts';

interface LockWatchOptions {
  /** Superuser address of the database. */
  readonly url: string;
  /** As the server shows it. */
  readonly name: string;
  readonly role: string;
  readonly clock: Clock;
  isReport(pid: number): boolean;
}

const lookEveryMs = 25;

const lookSql = `
  SELECT a.pid, a.usename AS login, w.mode, w.since, w.name,
    extract(epoch FROM a.xact_start)::float8 * 1000 AS began, a.backend_xid IS NOT NULL AS writes,
    CASE WHEN w.pid IS NULL THEN '{}' ELSE pg_blocking_pids(a.pid) END AS blockers
  FROM pg_stat_activity AS a
    LEFT JOIN (
      SELECT l.pid, l.mode, extract(epoch FROM l.waitstart)::float8 * 1000 AS since,
        CASE WHEN c.oid IS NOT NULL THEN n.nspname || '.' || c.relname END AS name
      FROM pg_locks AS l
        LEFT JOIN pg_class AS c ON c.oid = l.relation LEFT JOIN pg_namespace AS n ON n.oid = c.relnamespace
      WHERE NOT l.granted
    ) AS w ON w.pid = a.pid
  WHERE a.datname = current_database() AND (w.pid IS NOT NULL OR a.usename = $1)`;

interface LookRow {
  readonly pid: number;
  readonly login: string | null;
  /** Null when it does not wait. */
  readonly mode: string | null;
  readonly since: number | null;
  readonly name: string | null;
  readonly blockers: readonly number[];
  /** Null when it is in no transaction. */
  readonly began: number | null;
  readonly writes: boolean;
}

/** Looks by a session of its own until it is released. */
export async function watchLocks(options: LockWatchOptions): Promise<LockWatch> {
  const { url, name, role, clock, isReport } = options;
  const session = new Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 5_000,
    options: '-c statement_timeout=5000',
  });
  session.on('error', ignore);
  await session.connect();
  const looks = collectLooks({ role, isReport, nameOf });
  const stop = new AbortController();
  let failure: unknown;
  const look = async (): Promise<void> => {
    const { rows } = await session.query<LookRow>(lookSql, [role]);
    looks.add({ atMs: clock.nowMs(), sessions: rows.map((row) => seenSession(row, clock)) });
  };
  const looking = (async () => {
    while (!stop.signal.aborted) {
      await look();
      await pause(lookEveryMs, stop.signal);
    }
  })().catch((error: unknown) => {
    failure = error;
  });
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    released ??= (async () => {
      stop.abort();
      await looking;
      await session.end().catch(ignore);
    })();
    return released;
  };
  return {
    waits: () => {
      if (failure === undefined) return looks.waits();
      throw new LabError('E_LOCK_WATCH', { message: 'The lab could not look at who waits.', cause: failure });
    },
    migrationSeen: looks.migrationSeen,
    transactions: looks.transactions,
    release,
    [Symbol.asyncDispose]: release,
  };
}

function seenSession(row: LookRow, clock: Clock): SeenSession {
  const { pid, login, mode, since, name, blockers, began, writes } = row;
  const transaction = began === null ? null : { startMs: Math.max(0, runMsOf(clock, began)), writes };
  if (mode === null) return { pid, login, transaction, wait: null };
  const sinceMs = since === null ? null : Math.max(0, runMsOf(clock, since));
  return { pid, login, transaction, wait: { table: name, mode, sinceMs, blockers } };
}

function nameOf(login: string | null): string {
  if (login === null) return 'server';
  if (/^(?:api|worker)_\d+$/.test(login)) return replicaOf(login);
  return login.startsWith('lab') ? 'lab' : login;
}

/** Ends early, and without an error, when the watch is released. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
