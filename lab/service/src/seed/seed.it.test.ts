import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyPassword } from '../auth/password.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../testing/test-database.ts';
import { DEVELOPMENT_PASSWORD, seed } from './seed.ts';

const PLAN = { tenants: 3, booksPerTenant: 50 };
let database: TestDatabase;
let schemaBefore: unknown;

const schemaOfBooks = () =>
  database.query(`
    SELECT indexdef AS definition FROM pg_indexes WHERE tablename = 'books'
    UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'books'::regclass ORDER BY 1`);

beforeAll(async () => {
  database = await createTestDatabase();
  schemaBefore = await schemaOfBooks();
  await withClient(database.ownerUrl, (client) => seed(client, PLAN));
});
afterAll(() => database?.[Symbol.asyncDispose]());

test('every shop has its books and one member of staff per role', async () => {
  const rows = await database.query(`
    SELECT slug, (SELECT count(*)::integer FROM books WHERE tenant_id = t.id) AS books,
      (SELECT string_agg(email, ' ' ORDER BY email) FROM users WHERE tenant_id = t.id) AS staff
    FROM tenants AS t ORDER BY slug`);
  const staff = (slug: string) => `admin@${slug}.example clerk@${slug}.example editor@${slug}.example`;
  expect(rows).toEqual(['shop-01', 'shop-02', 'shop-03'].map((slug) => ({ slug, books: 50, staff: staff(slug) })));
});

test('staff sign in with the documented password', async () => {
  const [user] = await database.query<{ hash: string }>('SELECT password_hash AS hash FROM users LIMIT 1');
  await expect(verifyPassword(DEVELOPMENT_PASSWORD, user?.hash ?? '')).resolves.toBe(true);
});

test('indexes and constraints are as the migrations made them', async () => {
  expect(await schemaOfBooks()).toEqual(schemaBefore);
});

test('the data are the same each time', async () => {
  const dump = (from: TestDatabase) =>
    from.query(
      `SELECT tenant_id, id, isbn, title, author_name, description, price_cents, stock FROM books ORDER BY 1, 2`,
    );
  await using second = await createTestDatabase();
  await withClient(second.ownerUrl, (client) => seed(client, PLAN));
  expect(await dump(second)).toEqual(await dump(database));
});
