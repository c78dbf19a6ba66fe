import type { MigrationSite } from '@lab/sdk';
import { readFlaws, type SchemaState } from '../../shared/book-schema.ts';

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
