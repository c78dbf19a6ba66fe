import type { TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../platform/tenant-transaction.ts';
import type { TimeCursor } from '../platform/time-cursor.ts';
import type { Order, OrderStatus } from './order.ts';
import type { PricedOrder } from './price-order.ts';

export interface NewOrder extends PricedOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
}

export interface OrderRepository {
  findById(context: TenantContext, id: string): Promise<Order | undefined>;
  /** The newest first. */
  list(context: TenantContext, options: { limit: number; after?: TimeCursor | undefined }): Promise<readonly Order[]>;
}

type OrderRow = Omit<Order, 'totalCents' | 'createdAt' | 'updatedAt'> & {
  /** A bigint, which PostgreSQL's client gives as text. */
  readonly totalCents: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

const SELECT = `
  SELECT id, status, total_cents AS "totalCents", currency, created_at AS "createdAt", updated_at AS "updatedAt",
    (SELECT json_agg(json_build_object('bookId', book_id, 'title', title, 'quantity', quantity,
        'unitPriceCents', unit_price_cents) ORDER BY position)
      FROM order_lines WHERE order_id = orders.id) AS lines,
    (SELECT json_build_object('chargeId', charge_id, 'amountCents', amount_cents,
        'chargedAt', to_char(charged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
      FROM payments WHERE order_id = orders.id) AS payment`;
const FIND = `${SELECT} FROM orders WHERE id = $1`;
const FIND_BY_KEY = `${SELECT}, request_hash AS "requestHash" FROM orders WHERE idempotency_key = $1`;
const NEWEST_FIRST = 'ORDER BY created_at DESC, id DESC LIMIT $1';
const LIST = `${SELECT} FROM orders ${NEWEST_FIRST}`;
const LIST_AFTER = `${SELECT} FROM orders WHERE (created_at, id) < ($2, $3) ${NEWEST_FIRST}`;
const INSERT = `
  INSERT INTO orders (tenant_id, id, status, idempotency_key, request_hash, total_cents, currency, request_id)
  VALUES (current_tenant_id(), $1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (tenant_id, idempotency_key) DO NOTHING RETURNING id`;
const INSERT_LINES = `
  INSERT INTO order_lines (tenant_id, order_id, position, book_id, title, quantity, unit_price_cents)
  SELECT current_tenant_id(), $1, position, "bookId", title, quantity, "unitPriceCents"
  FROM ROWS FROM (json_to_recordset($2::json)
    AS ("bookId" uuid, title text, quantity integer, "unitPriceCents" integer))
    WITH ORDINALITY AS line ("bookId", title, quantity, "unitPriceCents", position)`;

/** No statement names the tenant but to write it: row-level security limits each to the transaction's tenant. */
export function createOrderRepository(database: TenantDatabase): OrderRepository {
  return {
    findById: (context, id) => database.read(context, (tx) => findOrder(tx, id)),
    list: (context, { limit, after }) =>
      database.read(context, async (tx) => {
        const rows = after
          ? await tx.query<OrderRow>(LIST_AFTER, [limit, after.createdAt, after.id])
          : await tx.query<OrderRow>(LIST, [limit]);
        return rows.map(toOrder);
      }),
  };
}

/** False when the idempotency key is taken. Waits for a transaction under way that has taken it too. */
export async function insertOrder(tx: Transaction, order: NewOrder): Promise<boolean> {
  const { id, status, idempotencyKey, requestHash, totalCents, currency, requestId, lines } = order;
  const values = [id, status, idempotencyKey, requestHash, totalCents, currency, requestId];
  const inserted = await tx.query(INSERT, values);
  if (inserted.length === 0) return false;
  await tx.query(INSERT_LINES, [id, JSON.stringify(lines)]);
  return true;
}

export function findOrder(tx: Transaction, id: string): Promise<Order | undefined> {
  return findOne(tx, FIND, id);
}

export function findOrderByKey(tx: Transaction, idempotencyKey: string) {
  return findOne<OrderRow & { readonly requestHash: string }>(tx, FIND_BY_KEY, idempotencyKey);
}

async function findOne<Row extends OrderRow = OrderRow>(tx: Transaction, statement: string, key: string) {
  const [row] = await tx.query<Row>(statement, [key]);
  return row && toOrder(row);
}

function toOrder<Row extends OrderRow>({ totalCents, createdAt, updatedAt, ...rest }: Row) {
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { ...rest, totalCents: Number(totalCents), ...times };
}
