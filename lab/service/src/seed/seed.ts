import type pg from 'pg';
import { hashPassword } from '../auth/password.ts';

export interface SeedPlan {
  readonly tenants: number;
  readonly booksPerTenant: number;
}

export const DEVELOPMENT_PASSWORD = 'shelfwise-dev';
export const DEFAULT_PLAN: SeedPlan = { tenants: 20, booksPerTenant: 5_000 };

/** Fixed, so that seeding twice gives the same data. These accounts are for development only. */
const SALT = Buffer.from('shelfwise-seed-1');

const TENANTS = `
  INSERT INTO tenants (id, slug, name, plan)
  SELECT md5('tenant ' || n)::uuid, slug, 'Bookshop ' || n, (ARRAY['free', 'standard', 'premium'])[1 + n % 3]
  FROM generate_series(1, $1::integer) AS n, format('shop-%s', lpad(n::text, 2, '0')) AS slug`;

const USERS = `
  INSERT INTO users (tenant_id, id, email, password_hash, role)
  SELECT t.id, md5('user ' || t.slug || role)::uuid, role || '@' || t.slug || '.example', $2, role
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
  INSERT INTO books (tenant_id, id, isbn, title, author_name, description, price_cents, currency, stock)
  SELECT $1::uuid, md5('book ' || $1::uuid || n)::uuid, (9780000000000 + n * 7919)::text, subjects.title || n,
    authors.name, subjects.description, 500 + n * 37 % 4500, 'EUR', n * 13 % 200
  FROM generate_series(1, $2::bigint) AS n
    JOIN subjects ON subjects.number = n % 120 JOIN authors ON authors.number = n % 77`;

interface Rebuild {
  readonly drop: string;
  readonly create: string;
}

/** Indexes that stand for a constraint come back with it. Keys come before the foreign keys that need them. */
const CONSTRAINTS = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS create
  FROM pg_constraint
  WHERE (conrelid = 'books'::regclass AND contype IN ('p', 'u', 'f')) OR confrelid = 'books'::regclass
  ORDER BY contype <> 'f' DESC`;
const INDEXES = `
  SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop, pg_get_indexdef(indexrelid) AS create
  FROM pg_index
  WHERE indrelid = 'books'::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`;

/** Fills an empty database with shops, staff and books, in one transaction and always the same. */
export async function seed(client: pg.Client, { tenants, booksPerTenant }: SeedPlan = DEFAULT_PLAN): Promise<void> {
  const passwordHash = await hashPassword(DEVELOPMENT_PASSWORD, SALT);
  await client.query('BEGIN');
  await client.query(TENANTS, [tenants]);
  const { rows } = await client.query<{ id: string }>('SELECT id FROM tenants ORDER BY slug');
  await withoutIndexesOfBooks(client, async () => {
    for (const { id } of rows) {
      // Row-level security binds the owner too: even the seed writes as one tenant at a time.
      await client.query("SELECT set_config('app.tenant_id', $1, true)", [id]);
      await client.query(USERS, [id, passwordHash]);
      await client.query(BOOKS, [id, booksPerTenant]);
    }
  });
  await client.query('COMMIT');
  await client.query('ANALYZE tenants, users, books');
}

/** Building an index once takes a third of the time of keeping it up to date for every row. */
async function withoutIndexesOfBooks(client: pg.Client, load: () => Promise<void>): Promise<void> {
  const { rows: constraints } = await client.query<Rebuild>(CONSTRAINTS);
  const { rows: indexes } = await client.query<Rebuild>(INDEXES);
  const rebuilds = [...constraints, ...indexes];
  for (const { drop } of rebuilds.toReversed()) await client.query(drop);
  await load();
  for (const { create } of rebuilds) await client.query(create);
}
