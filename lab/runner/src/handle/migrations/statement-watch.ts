import type { StatementWatch } from '@lab/sdk';
import type { Client } from 'pg';
import { ignore } from '../questions.ts';
import { lockedWorkOf, type StatementNote } from './locked-work.ts';

type Ask = (sql: string, params?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;

/**
 * Notes of the migration's own transactions, made inside of them: before and after each command that changes the schema,
 * and in COMMIT. What a transaction held and how many rows it had read by then is counted by the server, so that nothing
 * rests on how fast this machine reads a table: PostgreSQL 18 reads 100,000 rows in a few milliseconds, and a table of
 * a hundred million keeps everybody out for as many seconds.
 *
 * Triggers on events, because they run in the session that does it, whatever client or tool sent the command. The note
 * of the commit comes by a deferred trigger on the table of notes itself: no table of the service is touched. Counters
 * of a session can hold what it read before, so only differences within one transaction count.
 */
function statementWatchSql(role: string): readonly string[] {
  return [
    `CREATE TABLE lab.statement_notes (
       number bigint GENERATED ALWAYS AS IDENTITY, transaction text NOT NULL, event text NOT NULL, command text NOT NULL,
       noted_at timestamptz NOT NULL DEFAULT clock_timestamp(), locks jsonb NOT NULL, reads jsonb NOT NULL
     )`,
    `CREATE FUNCTION lab.note_statement(noted text, tag text) RETURNS void
       LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
       WITH tables AS (
         SELECT c.oid, n.nspname || '.' || c.relname AS name
         FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'lab')
           AND n.nspname NOT LIKE 'pg\\_%'
       ), held AS (
         SELECT t.name, jsonb_agg(l.mode) AS modes FROM pg_locks AS l JOIN tables AS t ON t.oid = l.relation
         WHERE l.pid = pg_backend_pid() AND l.granted AND l.locktype = 'relation' GROUP BY t.name
       ), counted AS (
         SELECT name, pg_stat_get_xact_tuples_returned(oid) AS read FROM tables
       )
       INSERT INTO lab.statement_notes (transaction, event, command, locks, reads)
       SELECT pg_current_xact_id()::text, noted, tag,
         coalesce((SELECT jsonb_object_agg(name, modes) FROM held), '{}'),
         coalesce((SELECT jsonb_object_agg(name, read) FROM counted WHERE read > 0), '{}')
     $$`,
    beginsSql(role, ''),
    `CREATE FUNCTION lab.statement_ends() RETURNS event_trigger
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
     BEGIN
       IF session_user = '${role}' THEN PERFORM lab.note_statement('end', TG_TAG); END IF;
     END $$`,
    `CREATE FUNCTION lab.statements_commit() RETURNS trigger
       LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
     BEGIN
       IF NOT EXISTS (
         SELECT FROM lab.statement_notes WHERE transaction = NEW.transaction AND event = 'commit'
       ) THEN PERFORM lab.note_statement('commit', 'COMMIT'); END IF;
       RETURN NULL;
     END $$`,
    `CREATE CONSTRAINT TRIGGER statements_commit AFTER INSERT ON lab.statement_notes DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW WHEN (NEW.event = 'end') EXECUTE FUNCTION lab.statements_commit()`,
    'CREATE EVENT TRIGGER lab_statement_begins ON ddl_command_start EXECUTE FUNCTION lab.statement_begins()',
    'CREATE EVENT TRIGGER lab_statement_ends ON ddl_command_end EXECUTE FUNCTION lab.statement_ends()',
  ];
}

function beginsSql(role: string, first: string): string {
  return `CREATE OR REPLACE FUNCTION lab.statement_begins() RETURNS event_trigger
     LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
   BEGIN
     IF session_user <> '${role}' THEN RETURN; END IF;
     ${first}
     PERFORM lab.note_statement('begin', TG_TAG);
   END $$`;
}

/** An advisory lock that the lab holds, and that the migration asks for as one of many who share it. */
const laterLock = '4246, 0';

/**
 * The command has no lock yet when it is held, so the lab can put into its way what it likes. A migration whose limit on
 * waiting is in force is refused meanwhile, and tries again.
 */
function holdSql(role: string, table: string): string {
  return beginsSql(
    role,
    `IF EXISTS (
       SELECT FROM lab.statement_notes AS s
       WHERE s.event = 'commit' AND (s.locks -> '${table}')::text ~ '"(?:Share|ShareRowExclusive|Exclusive|AccessExclusive)Lock"'
     ) THEN PERFORM pg_advisory_xact_lock_shared(${laterLock}); END IF;`,
  );
}

interface WatchOptions {
  /** As superuser. */
  readonly ask: Ask;
  /** The login that migrates. */
  readonly role: string;
  /** A session of the lab's own that lasts. */
  openSession(): Promise<Client>;
}

/** Puts the notes on this database. */
export async function watchStatements({ ask, role, openSession }: WatchOptions): Promise<StatementWatch> {
  for (const sql of statementWatchSql(role)) await ask(sql);
  return {
    holdLater: async (table) => {
      const session = await openSession();
      await session.query(`SELECT pg_advisory_lock(${laterLock})`);
      await ask(holdSql(role, table));
      let released: Promise<void> | undefined;
      const release = (): Promise<void> => {
        // The lock goes with the session.
        released ??= session.end().catch(ignore);
        return released;
      };
      return { release, [Symbol.asyncDispose]: release };
    },
    lockedWork: async () => {
      const rows = await ask(
        `SELECT transaction, event, command, extract(epoch FROM noted_at)::float8 * 1000 AS at_ms, locks, reads
         FROM lab.statement_notes ORDER BY number`,
      );
      return lockedWorkOf(rows.map(noteOf));
    },
  };
}

function noteOf(row: Readonly<Record<string, unknown>>): StatementNote {
  return {
    transaction: String(row['transaction']),
    event: row['event'] as StatementNote['event'],
    command: String(row['command']),
    atMs: Number(row['at_ms']),
    locks: row['locks'] as StatementNote['locks'],
    reads: row['reads'] as StatementNote['reads'],
  };
}
