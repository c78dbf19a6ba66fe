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

/** In the transaction of the change itself: either both are durable or neither. */
export type AddEvent = (tx: Transaction, tenantId: string, event: OutboxEvent) => Promise<void>;
