import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBookRepository } from '../books/book-repository.ts';
import { createOrderRepository } from '../orders/order-repository.ts';
import { createMetrics } from '../platform/metrics.ts';
import { createPool, type Pool } from '../platform/postgres.ts';
import { createTenantDatabase, type TenantDatabase } from '../platform/tenant-transaction.ts';
import { recordingLog } from '../testing/recording-log.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const TENANTS = 100;

let database: TestDatabase;
let bound: Pool;
let tenantId: string;
let bookId: string;
let orderId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await fill();
  const log = recordingLog([]);
  bound = createPool({ url: database.appUrl, max: 1, name: 'bound', log });
});
afterAll(async () => {
  await bound?.end();
  await database?.[Symbol.asyncDispose]();
});

/** Enough tenants that a read of all of them would be seen: 100 books, and 100 paid orders of three lines each. */
async function fill(): Promise<void> {
  const { query } = database;
  await query(
    `INSERT INTO tenants (id, slug, name, plan)
     SELECT gen_random_uuid(), 'shop-' || n, 'Shop', 'pro' FROM generate_series(1, $1::integer) AS n`,
    [TENANTS],
  );
  await query(`
    INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency, stock)
    SELECT t.id, gen_random_uuid(), n::text, 'Title ' || n, 'Author', 1000, 'EUR', 1
    FROM tenants AS t, generate_series(1, 100) AS n`);
  await query(`
    INSERT INTO orders (tenant_id, id, idempotency_key, request_hash, status, total_cents, currency, request_id, created_at)
    SELECT t.id, gen_random_uuid(), n::text, '', 'placed', 1000, 'EUR', '', now() - n * interval '1 minute'
    FROM tenants AS t, generate_series(1, 100) AS n`);
  await query(`
    INSERT INTO order_lines (tenant_id, order_id, position, book_id, title, quantity, unit_price_cents)
    SELECT o.tenant_id, o.id, b.isbn::smallint, b.id, b.title, 1, 1000
    FROM orders AS o JOIN books AS b ON b.tenant_id = o.tenant_id AND b.isbn IN ('1', '2', '3')`);
  await query(`
    INSERT INTO payments (tenant_id, order_id, charge_id, amount_cents, charged_at)
    SELECT tenant_id, id, id::text, total_cents, now() FROM orders`);
  await query('ANALYZE');
  const [row] = await query<{ tenant_id: string; book: string; order: string }>(`
    SELECT b.tenant_id, b.id AS book, o.id AS order FROM books AS b JOIN orders AS o USING (tenant_id)
    WHERE b.isbn = '50' AND o.idempotency_key = '50' LIMIT 1`);
  [tenantId, bookId, orderId] = [row?.tenant_id ?? '', row?.book ?? '', row?.order ?? ''];
}

/** The reads of the API, as its repositories make them. */
function readsOf(tenants: TenantDatabase): Readonly<Record<string, () => Promise<unknown>>> {
  const context = { tenantId, requestId: randomUUID(), usage: { queries: 0 } };
  const [books, orders] = [createBookRepository(tenants), createOrderRepository(tenants)];
  const after = { createdAt: new Date().toISOString(), id: orderId };
  return {
    book: () => books.findById(context, bookId),
    books: () => books.list(context, { limit: 20 }),
    'books from a place on': () => books.list(context, { limit: 20, after: { title: 'Title 3', id: bookId } }),
    'a search': () => books.list(context, { limit: 20, search: 'title 9' }),
    order: () => orders.findById(context, orderId),
    orders: () => orders.list(context, { limit: 20 }),
    'orders from a place on': () => orders.list(context, { limit: 20, after }),
  };
}

test('every read finds the rows of its tenant by an index that begins with it', async () => {
  const plans: { name: string; plan: string }[] = [];
  const tenants = createTenantDatabase({ pool: bound, metrics: createMetrics() });
  let name = '';
  const reads = readsOf({
    ...tenants,
    read: (context, work) =>
      tenants.read(context, (tx) =>
        work({
          query: async (text, values) => {
            const rows = await tx.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
            plans.push({ name, plan: rows.map((row) => row['QUERY PLAN']).join('\n') });
            return await tx.query(text, values);
          },
        }),
      ),
  });
  for (const [of, read] of Object.entries(reads)) {
    name = of;
    await read();
  }
  expect(plans).toHaveLength(Object.keys(reads).length);
  for (const plan of plans) {
    expect(plan).toEqual({ name: plan.name, plan: expect.stringMatching(/Index Cond: .*tenant_id = /) });
    expect(plan).toEqual({ name: plan.name, plan: expect.not.stringContaining('Seq Scan on') });
  }
});
