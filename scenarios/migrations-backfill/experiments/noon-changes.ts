import type { MigrationSite } from '@lab/sdk';

export interface Staged {
  /** The shop with the most books. */
  readonly large: string;
  /** Books that people work with. */
  readonly named: readonly string[];
}

const waitingRowsSql = `
  UPDATE books SET stock = stock + 1 WHERE (tenant_id, id) IN (
    SELECT b.tenant_id, b.id FROM books AS b JOIN tenants AS t ON t.id = b.tenant_id
    WHERE t.slug = $1 AND b.isbn10 IS NULL AND b.isbn LIKE '978%' ORDER BY b.id DESC LIMIT 400 FOR UPDATE OF b SKIP LOCKED)`;

/**
 * Copies come of books that wait for the backfill. Their rows move to where there is room, at the front of the table: who
 * goes by the place of a row has been there.
 */
export async function moveRows(site: MigrationSite, large: string): Promise<void> {
  await site.query(waitingRowsSql, [large]);
}

const doneRowsSql = `
  SELECT b.tenant_id, b.id FROM books AS b JOIN tenants AS t ON t.id = b.tenant_id
  WHERE t.slug = $1 AND b.isbn10 IS NOT NULL AND b.id <> ALL ($2::uuid[]) ORDER BY b.id`;

/** Rows that are done go, so that who counts his way loses his place; others get another ISBN; new ones come before all. */
export async function changeBooks(site: MigrationSite, { large, named }: Staged): Promise<void> {
  const some = (limit: number): string => `${doneRowsSql} LIMIT ${limit} FOR UPDATE OF b SKIP LOCKED`;
  await site.query(
    `WITH gone AS (${some(500)}) DELETE FROM books USING gone WHERE (books.tenant_id, books.id) = (gone.tenant_id, gone.id)`,
    [large, named],
  );
  await site.query(
    `WITH corrected AS (${some(60)})
     UPDATE books SET isbn = '978' || (substr(books.isbn, 4, 1)::integer + 1) || substr(books.isbn, 5) FROM corrected
     WHERE (books.tenant_id, books.id) = (corrected.tenant_id, corrected.id)`,
    [large, named],
  );
  await site.query(
    `INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency)
     SELECT t.id, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       CASE WHEN n % 3 = 0 THEN '979' ELSE '978' END || lpad((7000000000 + n)::text, 10, '0'), 'A late book', 'Nobody', 900, 'EUR'
     FROM tenants AS t, generate_series(1, 30) AS n WHERE t.slug = ANY ($1::text[])`,
    [[large]],
  );
}
