import * as z from 'zod';
import type { Transaction } from '../platform/tenant-transaction.ts';

/** What an event tells beside its kind and tenant: ids, never data. Whoever handles it reads the database. */
export const orderPlacedSchema = z.object({
  orderId: z.guid(),
  /** Of the request that placed the order; it goes on to the logs of the worker and to the provider. */
  requestId: z.string(),
  /** The same event was given up before, so its effect may have happened already. */
  redriven: z.boolean(),
});

export type OrderPlaced = z.output<typeof orderPlacedSchema>;

export interface OutboxEvent {
  readonly id: string;
  readonly kind: 'order.placed';
  readonly payload: OrderPlaced;
}

const ADD = 'INSERT INTO outbox_events (id, tenant_id, kind, payload) VALUES ($1, current_tenant_id(), $2, $3)';

/** In the transaction of the change itself: either both are durable or neither. */
export async function addEvent(tx: Transaction, { id, kind, payload }: OutboxEvent): Promise<void> {
  await tx.query(ADD, [id, kind, JSON.stringify(payload)]);
}
