import type { MigrationSite } from '@lab/sdk';
import { readFlaws, type SchemaState } from '../../shared/book-schema.ts';
import { heldMsMax } from './held.ts';

/** A statement that was tried on the database and undone, with what it came to. */
interface Answer {
  readonly statement: string;
  readonly expected: string;
  readonly answer: string;
}

// In a block of its own, which ends with an error in any case: nothing of what was tried stays.
const trySql = `
  CREATE OR REPLACE FUNCTION lab.try_statement(statement text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE answer text;
  BEGIN
    EXECUTE statement INTO answer;
    SET CONSTRAINTS ALL IMMEDIATE;
    RAISE EXCEPTION 'undone' USING ERRCODE = 'LAB00';
  EXCEPTION
    WHEN SQLSTATE 'LAB00' THEN RETURN coalesce(answer, 'nothing');
    WHEN integrity_constraint_violation OR data_exception OR raise_exception THEN RETURN 'refused';
    WHEN OTHERS THEN RETURN 'failed: ' || SQLERRM;
  END $$`;

/** The bindings that there are. */
export const bindings = ['paperback', 'hardback', 'ebook'] as const;
/** Of the books that are there already, and of those that are added without one. */
export const defaultBinding: (typeof bindings)[number] = 'paperback';

interface Trial {
  readonly statement: string;
  readonly expected: string;
  readonly sql: string;
}

function insertWith(binding: string | null | undefined): string {
  const [column, value] = binding === undefined ? ['', ''] : [', binding', `, ${literal(binding)}`];
  return `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency${column})
    SELECT tenant_id, gen_random_uuid(), 'lab-' || gen_random_uuid(), 'A book of the lab', 'Nobody', 900, 'EUR'${value}
    FROM books ORDER BY tenant_id, id LIMIT 1 RETURNING binding::text`;
}

function updateTo(binding: string | null): string {
  return `UPDATE books SET binding = ${literal(binding)}
    WHERE (tenant_id, id) = (SELECT tenant_id, id FROM books ORDER BY tenant_id, id LIMIT 1) RETURNING binding::text`;
}

function literal(binding: string | null): string {
  return binding === null ? 'NULL' : `'${binding}'`;
}

/**
 * The lab's report was open before, and has limits of its own. One of tomorrow has those of the database: who has it end
 * whatever is open for a while has made room for himself with the work of others.
 */
const endingReportsSql = `
  SELECT count(*) FROM (
    SELECT split_part(one, '=', 1) AS name, split_part(one, '=', 2) AS value
    FROM pg_db_role_setting AS s, unnest(s.setconfig) AS one
    WHERE s.setrole = 0 AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  ) AS setting
  WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout', 'statement_timeout')
    AND CASE WHEN value ~ '^[0-9]+$' THEN value::numeric / 1000 ELSE extract(epoch FROM value::interval) END
      BETWEEN 0.001 AND ${heldMsMax / 1_000} - 0.001`;

const refused = 'refused';
const unknownBinding = 'scroll';

function trialsFor(before: SchemaState): readonly Trial[] {
  return [
    { statement: 'a new book without a binding', expected: defaultBinding, sql: insertWith(undefined) },
    ...bindings.map((binding) => ({
      statement: `a new book with the binding ${binding}`,
      expected: binding,
      sql: insertWith(binding),
    })),
    { statement: `a new book with the binding ${unknownBinding}`, expected: refused, sql: insertWith(unknownBinding) },
    { statement: 'a new book whose binding is NULL', expected: refused, sql: insertWith(null) },
    { statement: 'an old book that becomes an ebook', expected: 'ebook', sql: updateTo('ebook') },
    { statement: `an old book that becomes a ${unknownBinding}`, expected: refused, sql: updateTo(unknownBinding) },
    { statement: 'an old book whose binding becomes NULL', expected: refused, sql: updateTo(null) },
    {
      statement: `how many books are no ${defaultBinding}`,
      expected: '0',
      sql: `SELECT count(*) FROM books WHERE binding::text IS DISTINCT FROM '${defaultBinding}'`,
    },
    {
      statement: `how many settings of the database end a report of ${heldMsMax / 1_000} seconds`,
      expected: '0',
      sql: endingReportsSql,
    },
    { statement: 'how many books there are', expected: String(before.books), sql: 'SELECT count(*) FROM books' },
  ];
}

/** Tries what the story asks for. Each statement is undone. */
export async function tryStatements(site: MigrationSite, before: SchemaState): Promise<readonly Answer[]> {
  await site.query(trySql);
  const answers: Answer[] = [];
  for (const { statement, expected, sql } of trialsFor(before)) {
    const [row] = await site.query('SELECT lab.try_statement($1) AS answer', [sql]);
    answers.push({ statement, expected, answer: String(row?.['answer']) });
  }
  return answers;
}

/** Demands on the schema that are not met. */
export async function missingDemands(site: MigrationSite, before: SchemaState): Promise<number> {
  const wrong = (await tryStatements(site, before)).filter(({ expected, answer }) => answer !== expected);
  return wrong.length + (await readFlaws(site)).length;
}
