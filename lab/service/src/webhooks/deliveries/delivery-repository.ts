import { ProblemError } from '../../platform/problem.ts';
import type { TenantContext } from '../../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../../platform/tenant-transaction.ts';
import type { TimeCursor } from '../../platform/time-cursor.ts';
import type { DeliveryStatus, WebhookDelivery } from './delivery.ts';

export interface ListDeliveries {
  readonly status?: DeliveryStatus | undefined;
  readonly endpointId?: string | undefined;
  readonly limit: number;
  readonly after?: TimeCursor | undefined;
}

export interface DeliveryRepository {
  findById(context: TenantContext, id: string): Promise<WebhookDelivery | undefined>;
  /** The newest first. */
  list(context: TenantContext, options: ListDeliveries): Promise<readonly WebhookDelivery[]>;
  /** Brings a dead delivery back, under the same `webhook-id`. One that is not dead stays as it is, so twice is harmless. */
  redrive(context: TenantContext, id: string): Promise<WebhookDelivery>;
  /** Both throw NOT_FOUND or ALREADY_REVIEWED. */
  dismiss(context: TenantContext, id: string, note: string): Promise<WebhookDelivery>;
}

type DeliveryTimes = 'nextAttemptAt' | 'createdAt' | 'deliveredAt' | 'reviewedAt';
type DeliveryRow = Omit<WebhookDelivery, DeliveryTimes> & {
  readonly [time in Exclude<DeliveryTimes, 'createdAt'>]: Date | null;
} & { readonly createdAt: Date };

const SELECT = `
  SELECT delivery.id, endpoint_id AS "endpointId", event_id AS "eventId", event.type AS "eventType", event.payload,
    request_id AS "requestId", status, attempts, crashes, CASE WHEN status = 'pending' THEN due_at END AS "nextAttemptAt",
    dead_reason AS "deadReason", last_status AS "lastStatus", last_error AS "lastError",
    last_response AS "lastResponse", delivery.created_at AS "createdAt", delivered_at AS "deliveredAt",
    reviewed_at AS "reviewedAt", review_note AS "reviewNote"
  FROM webhook_deliveries AS delivery
  JOIN webhook_events AS event ON event.tenant_id = delivery.tenant_id AND event.id = delivery.event_id
  WHERE delivery.tenant_id = current_tenant_id()`;
const FIND = `${SELECT} AND delivery.id = $1`;
const LIST = `${SELECT}
    AND ($2::text IS NULL OR status = $2) AND ($3::uuid IS NULL OR endpoint_id = $3)
    AND ($4::timestamptz IS NULL OR (delivery.created_at, delivery.id) < ($4, $5::uuid))
  ORDER BY delivery.created_at DESC, delivery.id DESC LIMIT $1`;
const REDRIVE = `
  UPDATE webhook_deliveries SET status = 'pending', due_at = now(), attempts = 0, crashes = 0, dead_reason = NULL,
    reviewed_at = now()
  WHERE tenant_id = current_tenant_id() AND id = $1 AND status = 'dead'`;
const DISMISS = `
  UPDATE webhook_deliveries SET status = 'dismissed', reviewed_at = now(), review_note = $2
  WHERE tenant_id = current_tenant_id() AND id = $1 AND status = 'dead'`;

export function createDeliveryRepository(database: TenantDatabase): DeliveryRepository {
  return {
    findById: (context, id) => database.read(context, (tx) => findOne(tx, id)),
    list: (context, { status, endpointId, limit, after }) =>
      database.read(context, async (tx) => {
        const values = [limit, status ?? null, endpointId ?? null, after?.createdAt ?? null, after?.id ?? null];
        return (await tx.query<DeliveryRow>(LIST, values)).map(toDelivery);
      }),
    redrive: (context, id) =>
      database.write(context, async (tx) => {
        await tx.query(REDRIVE, [id]);
        const delivery = existing(await findOne(tx, id));
        if (delivery.status === 'dismissed') throw decidedOtherwise(delivery);
        return delivery;
      }),
    dismiss: (context, id, note) =>
      database.write(context, async (tx) => {
        await tx.query(DISMISS, [id, note]);
        const delivery = existing(await findOne(tx, id));
        if (delivery.status !== 'dismissed') throw decidedOtherwise(delivery);
        return delivery;
      }),
  };
}

async function findOne(tx: Transaction, id: string): Promise<WebhookDelivery | undefined> {
  const [row] = await tx.query<DeliveryRow>(FIND, [id]);
  return row && toDelivery(row);
}

function existing(delivery: WebhookDelivery | undefined): WebhookDelivery {
  if (!delivery) throw new ProblemError('NOT_FOUND');
  return delivery;
}

function decidedOtherwise({ status }: WebhookDelivery): ProblemError {
  return new ProblemError('ALREADY_REVIEWED', { detail: `This delivery is ${status}.` });
}

function toDelivery({ nextAttemptAt, createdAt, deliveredAt, reviewedAt, ...rest }: DeliveryRow): WebhookDelivery {
  return {
    ...rest,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    deliveredAt: deliveredAt?.toISOString() ?? null,
    reviewedAt: reviewedAt?.toISOString() ?? null,
  };
}
