import type { MigrationSite, TableDump } from '@lab/sdk';
import { unlessLockedOut } from './locked-out.ts';

/** How the story calls what is to be filled, and with what it is run. */
export const backfillName = 'book-isbn10';

const terms = Array.from({ length: 9 }, (_, index) => `substr(isbn, ${index + 4}, 1)::integer * ${index + 1}`);

/** The lab's own rule, in a schema that the login of the migration does not see: nobody's changes reach it. */
export const isbn10Sql = `
  CREATE OR REPLACE FUNCTION lab.isbn10(isbn text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
      WHEN isbn ~ '^978[0-9]{10}$' THEN substr(isbn, 4, 9) ||
        (ARRAY['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'X'])[1 + (${terms.join(' + ')}) % 11]
      WHEN isbn ~ '^[0-9]{9}[0-9X]$' THEN isbn
    END
  $$`;

const countSql = `
  WITH judged AS (
    SELECT isbn, isbn10::text AS got, lab.isbn10(isbn) AS due FROM books
  ), bad AS (SELECT * FROM judged WHERE got IS DISTINCT FROM due)
  SELECT (SELECT count(*) FROM judged)::integer AS rows, count(*) FILTER (WHERE got IS NULL)::integer AS missing,
    count(*) FILTER (WHERE got IS NOT NULL)::integer AS wrong,
    min(format('%s: "%s", not "%s"', isbn, got, coalesce(due, 'none'))) FILTER (WHERE got IS NOT NULL) AS example
  FROM bad`;

export interface SeenValues {
  readonly rows: number;
  readonly missing: number;
  readonly wrong: number;
  readonly example: string;
}

export async function hasColumn(site: MigrationSite): Promise<boolean> {
  const found = await site.query(
    "SELECT FROM pg_attribute WHERE attrelid = 'books'::regclass AND attname = 'isbn10' AND NOT attisdropped",
  );
  return found.length > 0;
}

/** Each book against the lab's own rule. */
export async function readValues(site: MigrationSite): Promise<SeenValues> {
  const sql = (await hasColumn(site))
    ? countSql
    : "SELECT count(*)::integer AS rows, count(*)::integer AS missing, 0 AS wrong, '' AS example FROM books";
  const [row] = await site.query(sql);
  return {
    rows: Number(row?.['rows'] ?? 0),
    missing: Number(row?.['missing'] ?? 0),
    wrong: Number(row?.['wrong'] ?? 0),
    example: String(row?.['example'] ?? ''),
  };
}

export function valuesTable(experiment: string, values: SeenValues): TableDump {
  return { table: 'values', rows: [{ experiment, ...values }] };
}

const filledSql = `
  SELECT count(isbn10)::integer AS filled FROM books
  WHERE $1::text IS NULL OR tenant_id = (SELECT id FROM tenants WHERE slug = $1)`;

/** Books that have a value so far, of all shops or of this one; 0 before the column is there. */
export async function countFilled(site: MigrationSite, shop?: string): Promise<number> {
  if (!(await hasColumn(site))) return 0;
  const [row] = await unlessLockedOut(() => site.query(filledSql, [shop ?? null]), []);
  return Number(row?.['filled'] ?? 0);
}
