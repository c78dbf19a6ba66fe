import type { Client } from 'pg';

/** First key of the advisory locks that hold commits. */
export const commitGateClass = 4242;

/**
 * The commit gate: a deferred constraint trigger on every table of the service that takes a shared
 * advisory lock per changed row while COMMIT runs. The lab holds a commit by taking the exclusive
 * one. It lives in a schema that the service's role cannot see, and costs nothing while open.
 */
export const commitGateFunctionSql = `
  CREATE SCHEMA IF NOT EXISTS lab;
  REVOKE ALL ON SCHEMA lab FROM PUBLIC;
  CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA lab;
  CREATE OR REPLACE FUNCTION lab.commit_gate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock_shared(${commitGateClass},
      hashtext(coalesce(to_jsonb(NEW)->>'id', to_jsonb(OLD)->>'id', '')));
    RETURN NULL;
  END $$;`;

const serviceTablesSql = `
  SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name,
    EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'zz_lab_commit_gate') AS gated
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND NOT c.relispartition
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
