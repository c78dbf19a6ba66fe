import {
  type CommitGate,
  type CommittedChange,
  type CommitWatch,
  type DatabaseHandle,
  type DatabaseHold,
  type Held,
  LabError,
  type ReplicaName,
} from '@lab/sdk';
import { Client, type ClientConfig, Pool, type QueryResultRow } from 'pg';
import { until } from '../clock.ts';
import { commitGateLocks } from '../testbed/commit-gate.ts';
import { replicaOf, roleOf } from '../testbed/roles.ts';
import { ignore, questionsTo } from './questions.ts';

interface DatabaseHandleOptions {
  /** Superuser address of the shop database: past Toxiproxy, straight to the part. */
  readonly url: string;
  readonly run: string;
  readonly experiment: string;
  readonly signal: AbortSignal;
}

/** A handle with its own sessions: dispose releases every lock that it still holds. */
export async function openDatabaseHandle(options: DatabaseHandleOptions): Promise<DatabaseHandle & AsyncDisposable> {
  // Several: a barrier is watched while another question is under way.
  const watcher = new Pool({ ...sessionConfig(options, 'watch'), max: 4 });
  watcher.on('error', ignore);
  const holds = new Set<Held>();

  const rows = questionsTo(watcher, options.signal);

  const hold = async (name: string, take: (session: Client) => Promise<void>): Promise<DatabaseHold> => {
    const session = await connect(options, name);
    try {
      await session.query('BEGIN');
      await take(session);
    } catch (error) {
      await session.end();
      throw new LabError('E_BARRIER_LOCK', { message: `The lab could not take its lock "${name}".`, cause: error });
    }
    const held = createHold(session, rows, options.signal);
    holds.add(held);
    return held;
  };

  return {
    query: async (sql, params) => {
      // What is released later asks on, but nothing new is begun.
      options.signal.throwIfAborted();
      return await rows(sql, params);
    },
    lockRows: (sql, params) => hold('row', async (session) => void (await session.query(sql, [...params]))),
    lockTables: () => hold('table', lockServiceTables),
    gateCommits: (gate) =>
      hold('commit', async (session) => {
        await session.query('SELECT pg_advisory_xact_lock_shared($1, 0)', [commitGateLocks.armed]);
        await session.query(...gateLock(gate));
      }),
    watchCommits: async (mention) => {
      const watch = await watchCommits(mention, { rows, armed: await hold('watch', arm) });
      holds.add(watch);
      return watch;
    },
    isBlockedBy: async (waiting, holding) => {
      const found = await rows(
        `SELECT 1 FROM pg_stat_activity waiter
         JOIN pg_stat_activity holder ON holder.pid = ANY (pg_blocking_pids(waiter.pid))
         WHERE waiter.usename = $1 AND holder.usename = $2 AND waiter.wait_event_type = 'Lock' LIMIT 1`,
        [roleOf(waiting), roleOf(holding)],
      );
      return found.length > 0;
    },
    activeSessions: async (replica) => {
      const [row] = await rows(
        `SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE usename = $1 AND state <> 'idle'`,
        [roleOf(replica)],
      );
      return Number(row?.['sessions'] ?? 0);
    },
    statementCount: async () => {
      const [row] = await rows(statementCountSql);
      return Number(row?.['statements'] ?? 0);
    },
    [Symbol.asyncDispose]: async () => {
      for (const held of holds) await held.release();
      await watcher.end();
    },
  };
}

/** Statements of ShelfWise's roles in this database; the clone starts at none. */
const statementCountSql = `
  SELECT coalesce(sum(s.calls), 0)::bigint AS statements
  FROM lab.pg_stat_statements s
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND s.userid IN (SELECT oid FROM pg_roles WHERE rolname LIKE 'shelfwise%' OR rolname LIKE 'api\\_%' OR rolname LIKE 'worker\\_%')
    -- The readiness probe's question is the lab's own doing.
    AND s.query !~* '^\\s*select 1\\s*$'`;

async function arm(session: Client): Promise<void> {
  await session.query('SELECT pg_advisory_xact_lock_shared($1, 0)', [commitGateLocks.armed]);
}

/** The lock that the trigger takes shared for such commits. */
function gateLock(gate: CommitGate): [sql: string, params: (string | number)[]] {
  const sql = 'SELECT pg_advisory_xact_lock($1, hashtext($2))';
  if ('of' in gate) return ['SELECT pg_advisory_xact_lock($1, 0)', [commitGateLocks.workers]];
  const mention = gate.mentions.toLowerCase();
  return gate.table === undefined
    ? [sql, [commitGateLocks.mention, mention]]
    : [sql, [commitGateLocks.mentionInTable, `${gate.table} ${mention}`]];
}

interface WatchParts {
  readonly armed: DatabaseHold;
  rows(sql: string, params?: readonly unknown[]): Promise<QueryResultRow[]>;
}

async function watchCommits(mention: string, { armed, rows }: WatchParts): Promise<CommitWatch> {
  const watched = mention.toLowerCase();
  await rows('INSERT INTO lab.watched (mention) VALUES ($1) ON CONFLICT DO NOTHING', [watched]);
  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    released ??= (async () => {
      await rows('DELETE FROM lab.watched WHERE mention = $1', [watched]);
      await rows('DELETE FROM lab.committed WHERE mention = $1', [watched]);
      await armed.release();
    })();
    return released;
  };
  return {
    changes: async () => {
      const found = await rows('SELECT * FROM lab.committed WHERE mention = $1 ORDER BY number', [watched]);
      return found.map(
        (row): CommittedChange => ({
          replica: replicaOf(String(row['login'])),
          transaction: String(row['transaction']),
          table: String(row['changed_table']),
          operation: row['operation'],
        }),
      );
    },
    release,
    [Symbol.asyncDispose]: release,
  };
}

function sessionConfig(options: DatabaseHandleOptions, name: string): ClientConfig {
  return {
    connectionString: options.url,
    application_name: `lab:${options.run}:${options.experiment}:${name}`.slice(0, 63),
    connectionTimeoutMillis: 5_000,
    // The server lets go by itself should the lab be gone.
    options: '-c lock_timeout=3000 -c idle_in_transaction_session_timeout=20000 -c statement_timeout=10000',
  };
}

async function connect(options: DatabaseHandleOptions, name: string): Promise<Client> {
  const session = new Client(sessionConfig(options, name));
  // A session that the server ends reports it here too; the query under way reports it as well.
  session.on('error', ignore);
  await session.connect();
  return session;
}

async function lockServiceTables(session: Client): Promise<void> {
  const { rows } = await session.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'lab')
     ORDER BY c.relname`,
  );
  await session.query(`LOCK TABLE ${rows.map((row) => row.name).join(', ')} IN ACCESS EXCLUSIVE MODE`);
}

function createHold(
  session: Client,
  rows: (sql: string, params?: readonly unknown[]) => Promise<QueryResultRow[]>,
  signal: AbortSignal,
): DatabaseHold {
  let released: Promise<void> | undefined;
  const backend = 'processID' in session ? Number(session.processID) : 0;
  const release = (): Promise<void> => {
    released ??= session
      .query('ROLLBACK')
      // The server may have ended the session already; then the lock is gone too.
      .catch(() => undefined)
      .then(() => session.end());
    return released;
  };
  return {
    blocks: (replica, withinMs) =>
      until(
        async () => {
          const found = await rows(
            `SELECT 1 FROM pg_stat_activity WHERE usename = $1 AND wait_event_type = 'Lock' AND $2 = ANY (pg_blocking_pids(pid)) LIMIT 1`,
            [roleOf(replica), backend],
          );
          return found.length > 0;
        },
        { withinMs, everyMs: 2, signal },
      ),
    firstBlocked: async (withinMs) => {
      let found: ReplicaName | null = null;
      const sql = `SELECT usename FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))
        AND (usename LIKE 'api\\_%' OR usename LIKE 'worker\\_%') LIMIT 1`;
      const look = async (): Promise<boolean> => {
        const [row] = await rows(sql, [backend]);
        found = row === undefined ? null : replicaOf(String(row['usename']));
        return found !== null;
      };
      await until(look, { withinMs, everyMs: 2, signal });
      return found;
    },
    release,
    [Symbol.asyncDispose]: release,
  };
}
