import type { Client } from 'pg';

/**
 * Classes of the advisory locks by which the lab holds commits. `armed`: shared by everyone who holds or watches
 * something. The others are taken shared by a committing transaction, exclusively by whoever holds it.
 */
export const commitGateLocks = { armed: 4_242, workers: 4_243, mention: 4_244, mentionInTable: 4_245 } as const;

const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/**
 * The commit gate: a deferred constraint trigger on every table of the service, which runs inside COMMIT. While
 * nobody holds or watches anything it takes one lock per transaction and is done: a bulk change of 200,000 rows must
 * not fill the lock table. Armed, it takes a shared lock for every UUID in the changed row, alone and together with the
 * table, and the lab holds the commit by the exclusive one. Locks, not a table of gates: a transaction with an old
 * snapshot would not see its row. It lives in a schema that the service's role cannot see.
 */
export const commitGateFunctionSql = `
  CREATE SCHEMA IF NOT EXISTS lab;
  REVOKE ALL ON SCHEMA lab FROM PUBLIC;
  CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA lab;
  CREATE TABLE IF NOT EXISTS lab.watched (mention text PRIMARY KEY);
  CREATE UNLOGGED TABLE IF NOT EXISTS lab.committed (
    number bigint GENERATED ALWAYS AS IDENTITY, mention text NOT NULL, transaction text NOT NULL,
    login text NOT NULL, changed_table text NOT NULL, operation text NOT NULL
  );
  CREATE OR REPLACE FUNCTION lab.commit_gate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DECLARE
    subject text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
    mentioned text;
  BEGIN
    -- Exclusive: fails while the lab holds it shared, or for a moment while another transaction commits.
    IF pg_try_advisory_xact_lock(${commitGateLocks.armed}, 0) THEN RETURN NULL; END IF;
    IF session_user LIKE 'worker\\_%' THEN
      PERFORM pg_advisory_xact_lock_shared(${commitGateLocks.workers}, 0);
    END IF;
    FOR mentioned IN
      SELECT DISTINCT uuids[1] FROM regexp_matches(
        lower(coalesce(to_jsonb(NEW), to_jsonb(OLD))::text), '(${uuidPattern})', 'g') AS uuids
    LOOP
      PERFORM pg_advisory_xact_lock_shared(${commitGateLocks.mention}, hashtext(mentioned));
      PERFORM pg_advisory_xact_lock_shared(${commitGateLocks.mentionInTable}, hashtext(subject || ' ' || mentioned));
      INSERT INTO lab.committed (mention, transaction, login, changed_table, operation)
        SELECT mentioned, pg_current_xact_id()::text, session_user, subject, TG_OP
        WHERE EXISTS (SELECT FROM lab.watched WHERE mention = mentioned);
    END LOOP;
    RETURN NULL;
  END $$;`;

// Partitions too: a queue library may make its tables so.
const serviceTablesSql = `
  SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
    EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'zz_lab_commit_gate') AS gated
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'lab') AND n.nspname NOT LIKE 'pg\\_%'`;

interface ServiceTable {
  readonly name: string;
  readonly gated: boolean;
}

/** Puts the gate on every table that has none: the learner's tables are not ours to know. */
export async function installCommitGates(session: Client): Promise<void> {
  const { rows } = await session.query<ServiceTable & { oid: number }>(serviceTablesSql);
  for (const table of rows.filter((row) => !row.gated)) {
    await session.query(
      `CREATE CONSTRAINT TRIGGER zz_lab_commit_gate AFTER INSERT OR UPDATE OR DELETE ON ${table.name}
       DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lab.commit_gate()`,
    );
  }
}

/** A migration that changes rows and then the table would meet "pending trigger events": take the gates off first. */
export async function removeCommitGates(session: Client): Promise<void> {
  const { rows } = await session.query<ServiceTable & { oid: number }>(serviceTablesSql);
  for (const table of rows.filter((row) => row.gated)) {
    await session.query(`DROP TRIGGER zz_lab_commit_gate ON ${table.name}`);
  }
}
