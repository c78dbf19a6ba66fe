import * as z from 'zod';
import { orderPlacedSchema } from '../outbox/outbox-event.ts';
import type { TenantContext } from '../platform/request-context.ts';

export const QUEUE_NAME = 'orders';
/** Of the queue's keys in Redis. */
export const QUEUE_PREFIX = 'shelfwise';

/** An event as it travels through the queue. */
export const jobSchema = z.object({
  eventId: z.guid(),
  tenantId: z.guid(),
  kind: z.literal('order.placed'),
  payload: orderPlacedSchema,
});

export type JobData = z.output<typeof jobSchema>;

/** A job as one worker has it in hand. */
export interface Delivery extends JobData {
  /** Attempts that ended in a failure that counts, and this one. */
  readonly attempt: number;
  /** How often any worker began, this time included, however it ended. */
  readonly starts: number;
  /** How often the worker that had it died or fell silent. */
  readonly crashes: number;
}

/** A job is done on behalf of the tenant that caused it, under the id of its request. */
export function jobContextOf({ tenantId, payload }: JobData): TenantContext {
  return { tenantId, requestId: payload.requestId, usage: { queries: 0 } };
}

export type JobOutcome = 'charged' | 'settled' | 'declined' | 'retried' | 'postponed' | 'dead';
