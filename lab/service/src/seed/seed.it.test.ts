import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyPassword } from '../auth/password.ts';
import { requestHash } from '../orders/request-hash.ts';
import { createTestDatabase, type TestDatabase, withClient } from '../testing/test-database.ts';
import { DEVELOPMENT_PASSWORD, seed } from './seed.ts';

const PLAN = { tenants: 3, booksPerTenant: 50, ordersPerTenant: 40 };
const TABLES = ['tenants', 'users', 'books', 'orders', 'order_lines', 'payments'];
let database: TestDatabase;
let schemaBefore: unknown;

const schema = () =>
  database.query(`
    SELECT indexdef AS definition FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
    ORDER BY 1`);

beforeAll(async () => {
  database = await createTestDatabase();
  schemaBefore = await schema();
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
  expect(await schema()).toEqual(schemaBefore);
});

test('every order has lines of its total, the books of its shop, and its payment', async () => {
  const rows = await database.query<{ orders: number }>(`
    SELECT orders.tenant_id, count(*)::integer AS orders, min(created_at) < max(created_at) AS "overTime",
      bool_and(status = 'paid' AND total_cents = paid.amount_cents AND total_cents = lines.cents) AS consistent,
      min(lines.count) AS "fewestLines", max(lines.count) AS "mostLines"
    FROM orders JOIN payments AS paid ON (paid.tenant_id, order_id) = (orders.tenant_id, orders.id)
      CROSS JOIN LATERAL (
        SELECT count(*)::integer, sum(quantity * unit_price_cents) AS cents
        FROM order_lines JOIN books ON (books.tenant_id, books.id) = (order_lines.tenant_id, book_id)
        WHERE (order_lines.tenant_id, order_lines.order_id) = (orders.tenant_id, orders.id)
          AND (books.title, books.price_cents) = (order_lines.title, unit_price_cents)
      ) AS lines
    GROUP BY orders.tenant_id`);
  expect(rows).toHaveLength(3);
  for (const row of rows) {
    expect(row).toMatchObject({ orders: 40, overTime: true, consistent: true, fewestLines: 1, mostLines: 3 });
  }
});

test('the hash of an order is that of a request for its lines', async () => {
  const rows = await database.query<{ hash: string; lines: { bookId: string; quantity: number }[] }>(`
    SELECT request_hash AS hash, json_agg(json_build_object('bookId', book_id, 'quantity', quantity)) AS lines
    FROM orders JOIN order_lines AS l ON (l.tenant_id, l.order_id) = (orders.tenant_id, orders.id)
    GROUP BY orders.tenant_id, orders.id LIMIT 20`);
  expect(rows.map(({ hash }) => hash)).toEqual(rows.map(({ lines }) => requestHash(lines)));
});

test('without orders to make there are none', async () => {
  await using empty = await createTestDatabase();
  await withClient(empty.ownerUrl, (client) => seed(client, { ...PLAN, ordersPerTenant: 0 }));
  expect(await empty.query('SELECT FROM orders')).toEqual([]);
  expect(await empty.query('SELECT FROM books')).toHaveLength(150);
});

test('the data are the same each time, to the last byte', async () => {
  const dump = async (from: TestDatabase, table: string) =>
    (await from.query<{ row: string }>(`SELECT t::text AS row FROM ${table} AS t ORDER BY 1`)).map(({ row }) => row);
  await using second = await createTestDatabase();
  await withClient(second.ownerUrl, async (client) => {
    await client.query("SET TimeZone = 'Pacific/Auckland'");
    await seed(client, PLAN);
  });
  for (const table of TABLES) expect(await dump(second, table)).toEqual(await dump(database, table));
});
