import type { TestDatabase } from './test-database.ts';

/** How much each shop has of everything that there are lists of; orders have three lines and a payment. */
export interface ShopSize {
  readonly tenantId: string;
  readonly rows: number;
}

const BOOKS = `
  INSERT INTO books (tenant_id, id, isbn, title, author_name, price_cents, currency, stock)
  SELECT tenant_id, gen_random_uuid(), 'large-' || n, 'Large title ' || n, 'Author ' || n, 1000, 'EUR', 1`;
const ORDERS = `
  INSERT INTO orders (tenant_id, id, idempotency_key, request_hash, status, total_cents, currency, request_id, created_at)
  SELECT tenant_id, gen_random_uuid(), 'large-' || n, '', 'paid', 3000, 'EUR', '', now() - n * interval '1 minute'`;
const UPLOADS = `
  INSERT INTO uploads (tenant_id, id, kind, status, content_type, bytes, expires_at, request_id, created_at)
  SELECT tenant_id, gen_random_uuid(), 'image', 'pending', 'image/png', 10, now() + interval '1 day', '',
    now() - n * interval '1 minute'`;
const EVENTS = `
  INSERT INTO webhook_events (tenant_id, id, type, payload)
  SELECT tenant_id, gen_random_uuid(), 'order.paid', '{}'`;

// Of what the statements above have made.
const DEPENDENT = [
  `INSERT INTO order_lines (tenant_id, order_id, position, book_id, title, quantity, unit_price_cents)
   SELECT o.tenant_id, o.id, b.position, b.id, b.title, 1, 1000
   FROM orders AS o JOIN (SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS position FROM books) AS b
     ON b.tenant_id = o.tenant_id AND b.position <= 3 WHERE o.tenant_id = ANY ($1)`,
  `INSERT INTO payments (tenant_id, order_id, charge_id, amount_cents, charged_at)
   SELECT tenant_id, id, id::text, total_cents, now() FROM orders
   WHERE tenant_id = ANY ($1)`,
  `INSERT INTO dead_letters (tenant_id, id, kind, order_id, reason, attempts, last_error, request_id, created_at)
   SELECT tenant_id, gen_random_uuid(), 'order.placed', id, 'exhausted', 8, 'error', '', created_at FROM orders
   WHERE tenant_id = ANY ($1)`,
  `INSERT INTO webhook_endpoints (tenant_id, id, url, event_types, status, status_reason, secret)
   SELECT tenant_id, gen_random_uuid(), 'http://127.0.0.1:9/', ARRAY['order.paid'], 'disabled', 'administrator',
     '\\x00'::bytea FROM unnest($1::uuid[]) AS shop (tenant_id), generate_series(1, 3)`,
  `INSERT INTO webhook_deliveries (tenant_id, event_id, endpoint_id, request_id, status, dead_reason, created_at)
   SELECT event.tenant_id, event.id, endpoint.id, '', 'dead', 'exhausted',
     now() - row_number() OVER (ORDER BY event.id) * interval '1 minute'
   FROM webhook_events AS event JOIN
     (SELECT tenant_id, min(id::text)::uuid AS id FROM webhook_endpoints GROUP BY tenant_id) AS endpoint USING (tenant_id)
   WHERE event.tenant_id = ANY ($1)`,
];

/** Fills shops that have nothing yet, past the service, and lets the planner know. */
export async function fillShops({ query }: TestDatabase, shops: readonly ShopSize[]): Promise<void> {
  const sizes = [shops.map(({ tenantId }) => tenantId), shops.map(({ rows }) => rows)];
  for (const insert of [BOOKS, ORDERS, UPLOADS, EVENTS]) {
    await query(
      `${insert} FROM unnest($1::uuid[], $2::integer[]) AS shop (tenant_id, rows), generate_series(1, shop.rows) AS n`,
      sizes,
    );
  }
  for (const insert of DEPENDENT) await query(insert, sizes.slice(0, 1));
  await query('ANALYZE');
}
