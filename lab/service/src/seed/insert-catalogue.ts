import type pg from 'pg';

/** The same each time, so that seeding twice gives the same bytes. Orders come after it. */
export const CATALOGUE_DATE = '2025-01-01T00:00:00Z';

const TENANTS = `
  INSERT INTO tenants (id, slug, name, plan, created_at)
  SELECT md5('tenant ' || n)::uuid, slug, 'Bookshop ' || n, (ARRAY['free', 'pro', 'enterprise'])[1 + n % 3],
    '${CATALOGUE_DATE}'
  FROM generate_series(1, $1::integer) AS n, format('shop-%s', lpad(n::text, 2, '0')) AS slug`;

const USERS = `
  INSERT INTO users (tenant_id, id, email, password_hash, role, created_at)
  SELECT t.id, md5('user ' || t.slug || role)::uuid, role || '@' || t.slug || '.example', $2, role, '${CATALOGUE_DATE}'
  FROM tenants AS t, unnest(ARRAY['admin', 'editor', 'clerk']) AS role WHERE t.id = $1`;

// Subjects and authors are composed once each, not once per book. Their numbers, 120 and 77, have no common divisor, so
// every combination occurs.
const BOOKS = `
  WITH subjects AS MATERIALIZED (
    SELECT a - 1 + 10 * (b - 1) AS number, adjective || ' ' || noun || ', volume ' AS title,
      repeat('A ' || lower(adjective) || ' account of the ' || lower(noun) || ' and those who knew it. ', 5) AS description
    FROM unnest(ARRAY['Quiet', 'Northern', 'Golden', 'Hidden', 'Distant', 'Early', 'Broken', 'Silver', 'Patient', 'Last'])
        WITH ORDINALITY AS adjectives (adjective, a),
      unnest(ARRAY['Harbour', 'Orchard', 'Library', 'River', 'Winter', 'Lantern', 'Garden', 'Railway', 'Island',
        'Archive', 'Mountain', 'Letter']) WITH ORDINALITY AS nouns (noun, b)
  ), authors AS MATERIALIZED (
    SELECT a - 1 + 7 * (b - 1) AS number, given || ' ' || family AS name
    FROM unnest(ARRAY['Ada', 'Bruno', 'Clara', 'Dmitri', 'Elif', 'Farid', 'Greta']) WITH ORDINALITY AS names (given, a),
      unnest(ARRAY['Hugo', 'Lindqvist', 'Moreau', 'Okafor', 'Petrov', 'Rossi', 'Sato', 'Tanaka', 'Usman', 'Vogel', 'Zhou'])
        WITH ORDINALITY AS families (family, b)
  )
  INSERT INTO books
    (tenant_id, id, isbn, title, author_name, description, price_cents, currency, stock, created_at, updated_at)
  SELECT $1::uuid, md5('book ' || $1::uuid || n)::uuid, (9780000000000 + n * 7919)::text, subjects.title || n,
    authors.name, subjects.description, 500 + n * 37 % 4500, 'EUR', n * 13 % 200, '${CATALOGUE_DATE}',
    '${CATALOGUE_DATE}'
  FROM generate_series(1, $2::bigint) AS n
    JOIN subjects ON subjects.number = n % 120 JOIN authors ON authors.number = n % 77`;

/** Resolves with the tenants' ids, in the order of their slugs. */
export async function insertTenants(client: pg.Client, tenants: number): Promise<readonly string[]> {
  await client.query(TENANTS, [tenants]);
  const { rows } = await client.query<{ id: string }>('SELECT id FROM tenants ORDER BY slug');
  return rows.map(({ id }) => id);
}

/** One member of staff for each role. */
export async function insertUsers(client: pg.Client, tenantId: string, passwordHash: string): Promise<void> {
  await client.query(USERS, [tenantId, passwordHash]);
}

export async function insertBooks(client: pg.Client, tenantId: string, books: number): Promise<void> {
  await client.query(BOOKS, [tenantId, books]);
}
