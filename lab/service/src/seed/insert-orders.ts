import type pg from 'pg';
import { CATALOGUE_DATE } from './insert-catalogue.ts';

export interface OrderPlan {
  readonly orders: number;
  readonly books: number;
}

// One to three lines each, of different books; all paid, over one year, in the order of their numbers. The request hash
// is that of src/orders/request-hash.ts.
const ORDERS = `
  WITH shelf AS MATERIALIZED (
    SELECT n, b.id, b.title, b.price_cents, b.currency
    FROM generate_series(1, $3::integer) AS n
      JOIN books AS b ON b.tenant_id = $1 AND b.id = md5('book ' || $1::uuid || n)::uuid
  ), lines AS MATERIALIZED (
    SELECT o.n, md5('order ' || $1::uuid || o.n)::uuid AS order_id, position, shelf.id AS book_id, shelf.title,
      1 + (o.n + position) % 3 AS quantity, shelf.price_cents, shelf.currency
    FROM generate_series(1, $2::integer) AS o (n) CROSS JOIN generate_series(1, 1 + o.n % 3) AS position
      JOIN shelf ON shelf.n = 1 + (o.n * 131 + position * 1709) % $3::integer
  ), placed AS (
    INSERT INTO orders (tenant_id, id, idempotency_key, request_hash, status, total_cents, currency, request_id,
      created_at, updated_at)
    SELECT $1, order_id, 'seed-' || n,
      encode(sha256(convert_to(string_agg(line, E'\\n' ORDER BY line COLLATE "C"), 'UTF8')), 'hex'), 'paid',
      sum(quantity * price_cents), min(currency), 'seed', moment, moment
    FROM lines, format('%s %s', book_id, quantity) AS line,
      date_trunc('milliseconds', timestamptz '${CATALOGUE_DATE}' + n * (interval '8760 hours' / $2::integer)) AS moment
    GROUP BY n, order_id, moment
    RETURNING id, total_cents, created_at
  ), paid AS (
    INSERT INTO payments (tenant_id, order_id, charge_id, amount_cents, charged_at)
    SELECT $1, id, 'ch_seed_' || md5('charge ' || id), total_cents, created_at FROM placed
  )
  INSERT INTO order_lines (tenant_id, id, order_id, position, book_id, title, quantity, unit_price_cents)
  SELECT $1, md5('line ' || order_id || position)::uuid, order_id, position, book_id, title, quantity, price_cents
  FROM lines`;

/** Orders of one shop with their lines and payments. They are history: nothing is left to be done about them. */
export async function insertOrders(client: pg.Client, tenantId: string, { orders, books }: OrderPlan): Promise<void> {
  await client.query(ORDERS, [tenantId, orders, books]);
}
