import type { TestDatabase } from './test-database.ts';

interface OrderPile {
  readonly tenantId: string;
  readonly count: number;
  /** When they were placed. */
  readonly agoSeconds?: number;
}

const PLACE = `
  WITH placed AS (
    INSERT INTO orders (tenant_id, id, idempotency_key, request_hash, status, total_cents, currency, request_id)
    SELECT $1, gen_random_uuid(), gen_random_uuid()::text, '', 'placed', 1001, 'EUR', 'pile'
    FROM generate_series(1, $2::integer) RETURNING id
  )
  INSERT INTO outbox_events (id, tenant_id, kind, payload, created_at)
  SELECT gen_random_uuid(), $1, 'order.placed',
    jsonb_build_object('orderId', id, 'requestId', 'pile', 'redriven', false), now() - $3 * interval '1 second'
  FROM placed RETURNING payload ->> 'orderId' AS id`;

/** As if so many orders had been placed, without their lines, and nobody had charged one yet. Resolves with their ids. */
export async function pileUpOrders(
  { query }: Pick<TestDatabase, 'query'>,
  { tenantId, count, agoSeconds = 0 }: OrderPile,
): Promise<readonly string[]> {
  const rows = await query<{ id: string }>(PLACE, [tenantId, count, agoSeconds]);
  // As autovacuum does soon after so many rows.
  await query('ANALYZE orders, outbox_events');
  return rows.map(({ id }) => id);
}
