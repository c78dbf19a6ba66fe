import type { MigrationSite } from '@lab/sdk';
import { isbn10Sql } from './book-values.ts';

/** Books of one shop. */
export interface Shelf {
  readonly slug: string;
  readonly books: number;
}

/**
 * One in so many has an ISBN that begins with 979, and no ISBN-10 therefore: spread among the others, and more of them in
 * the largest shop than a batch has rows.
 */
const withoutOneIn = 7;

// Triggers are left out, so that the rows are as those from before a migration.
const insertSql = `
  INSERT INTO books
    (tenant_id, id, isbn, title, author_name, description, price_cents, currency, stock, title_key)
  SELECT t.id, md5('lab book ' || t.slug || n)::uuid,
    CASE WHEN n % ${withoutOneIn} = 0 THEN '979' ELSE '978' END || lpad((5000000000 + n * 7919::bigint)::text, 10, '0'),
    'Book of the lab ' || n, 'Nobody', repeat('A book that stands on many shelves. ', 8), 900, 'EUR', 100,
    'book of the lab ' || n
  FROM unnest($1::text[], $2::integer[]) AS shelf (slug, books) JOIN tenants AS t ON t.slug = shelf.slug,
    generate_series(1, shelf.books) AS n`;

/** One row in thirteen makes the session sleep: rows are as dear as on a disk that is behind, and no time of a core is used. */
const slowOf256 = 20;
const slowSql = `
  CREATE OR REPLACE FUNCTION lab.slow_row() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$;
  CREATE OR REPLACE TRIGGER zz_lab_slow_rows BEFORE UPDATE ON books FOR EACH ROW
    WHEN (get_byte(uuid_send(NEW.id), 2) < ${slowOf256}) EXECUTE FUNCTION lab.slow_row()`;

/**
 * As on a disk without a head, for sessions from now on: else a plan for a table of this size looks up a thousand rows by
 * reading all, as it would not in a large one.
 */
const randomReadsSql = `
  DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET random_page_cost = 1.1', current_database()); END $$`;

/** Puts these shelves into the place of all books. For databases that nobody else works on. */
export async function stageCopy(
  site: MigrationSite,
  { shelves, slow }: { readonly shelves: readonly Shelf[]; readonly slow: boolean },
): Promise<void> {
  await site.query(isbn10Sql);
  await site.query(randomReadsSql);
  await site.query('TRUNCATE books, order_lines');
  await addBooks(site, shelves);
  if (slow) await makeSlow(site);
  await site.query('ANALYZE books');
  // Nothing of what was left behind above may be cleared away in the middle of a measurement.
  await site.query('ALTER TABLE books SET (autovacuum_enabled = off)');
}

export async function makeSlow(site: MigrationSite): Promise<void> {
  await site.query(slowSql);
}

export async function addBooks(site: MigrationSite, shelves: readonly Shelf[]): Promise<void> {
  for (const { slug, books } of shelves) {
    const literal = insertSql.replace('$1', `ARRAY['${slug}']`).replace('$2', `ARRAY[${books}]`);
    await site.query(`BEGIN; SET LOCAL session_replication_role = replica; ${literal}; COMMIT`);
  }
}

/** Leaves in these shops so many books each, the first by their id and those that are named, and in all others none. */
export async function thinOut(
  site: MigrationSite,
  { keep, named }: { readonly keep: Readonly<Record<string, number>>; readonly named: readonly string[] },
): Promise<void> {
  const shops = Object.entries(keep).map(([slug, books]) => `('${slug}', ${books})`);
  const ids = named.map((id) => `'${id}'`);
  await site.query(`
    BEGIN; SET LOCAL session_replication_role = replica;
    DELETE FROM books USING (
      SELECT b.tenant_id, b.id, row_number() OVER (PARTITION BY b.tenant_id ORDER BY b.id) > coalesce(k.books, 0) AS late
      FROM books AS b JOIN tenants AS t ON t.id = b.tenant_id
        LEFT JOIN (VALUES ${shops.join(', ')}) AS k (slug, books) ON k.slug = t.slug
    ) AS ranked
    WHERE (books.tenant_id, books.id) = (ranked.tenant_id, ranked.id) AND ranked.late
      AND books.id <> ALL (ARRAY[${ids.join(', ')}]::uuid[]);
    COMMIT`);
}
