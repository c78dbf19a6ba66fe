import { LabError } from '@lab/sdk';
import { Client, type ClientConfig } from 'pg';
import type { FaultGround } from '../ground.ts';

const connectLimitMs = 3_000;
/** For a lock that others hold too. */
const lockLimitMs = 2_000;
const statementLimitMs = 5_000;
/** A session ends at the server by itself so long after the planned end, should nobody end it. */
const marginMs = 2_000;
const endLimitMs = 1_000;

export interface SessionSpec {
  readonly fault: string;
  readonly lastsMs: number;
  /** Another login than the lab's own. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** Name by which the sessions of a fault are told from all others, here and in `pg_stat_activity`. */
export function sessionName(ground: FaultGround, fault: string): string {
  return `lab:${ground.run}:fault:${fault}`;
}

/** A session for a fault, past Toxiproxy. It ends at the server by itself, whatever becomes of the lab. */
export async function openSession(ground: FaultGround, { fault, lastsMs, login }: SessionSpec): Promise<Client> {
  const endsMs = lastsMs + marginMs;
  return await connect({
    connectionString: asLogin(ground.adminUrl(), login),
    application_name: sessionName(ground, fault),
    lock_timeout: lockLimitMs,
    idle_in_transaction_session_timeout: endsMs,
    options: `-c idle_session_timeout=${endsMs} -c transaction_timeout=${endsMs}`,
  });
}

/** Says anew when a session that does nothing ends at the server. */
export async function endIdleAfter(session: Client, lastsMs: number): Promise<void> {
  await session.query(`SET idle_session_timeout = ${lastsMs + marginMs}`);
}

/** A look by a session of the lab's own, which is gone afterwards. */
export async function look<T>(ground: FaultGround, work: (session: Client) => Promise<T>): Promise<T> {
  const session = await connect({
    connectionString: ground.adminUrl(),
    application_name: `lab:${ground.run}:check`,
    lock_timeout: lockLimitMs,
    statement_timeout: lockLimitMs,
  });
  try {
    return await work(session);
  } finally {
    await end(session);
  }
}

/** Ends every session of a fault at the server, and the lab's side of those that it is handed. */
export async function endSessions(
  ground: FaultGround,
  { fault, sessions }: { readonly fault: string; readonly sessions: readonly Client[] },
): Promise<void> {
  await look(ground, (admin) =>
    admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      sessionName(ground, fault),
    ]),
  );
  await Promise.all(sessions.map(end));
}

/** The address says who logs in: what stands beside it would not be looked at. */
function asLogin(adminUrl: string, login: SessionSpec['login']): string {
  if (login === undefined) return adminUrl;
  const url = new URL(adminUrl);
  url.username = login.user;
  url.password = login.password;
  return url.toString();
}

async function connect(config: ClientConfig): Promise<Client> {
  const session = new Client({
    connectionTimeoutMillis: connectLimitMs,
    query_timeout: statementLimitMs,
    statement_timeout: statementLimitMs,
    ...config,
  });
  // The next statement says so too; without a listener it would end the lab.
  session.on('error', () => undefined);
  await session.connect();
  return session;
}

/** A server that stands still does not take a goodbye: then the connection is cut. */
export async function end(session: Client): Promise<void> {
  const timer = setTimeout(() => socketOf(session)?.destroy(), endLimitMs);
  try {
    await session.end();
  } catch {
    // It was ended by the server.
  } finally {
    clearTimeout(timer);
  }
}

function socketOf(session: Client): { destroy(): void } | undefined {
  return (session as Client & { connection?: { stream?: { destroy(): void } } }).connection?.stream;
}

/** A table of the service by its bare name, quoted. Throws E_TABLE_UNKNOWN where there is none. */
export async function tableNamed(session: Client, name: string): Promise<string> {
  const { rows } = await session.query<{ quoted: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS quoted FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relname = $1 AND c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'lab')
     ORDER BY n.nspname = 'public' DESC LIMIT 1`,
    [name],
  );
  if (rows[0] !== undefined) return rows[0].quoted;
  throw new LabError('E_TABLE_UNKNOWN', { message: `The database has no table ${name}.` });
}

export function errorCodeOf(error: unknown): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : null;
}
