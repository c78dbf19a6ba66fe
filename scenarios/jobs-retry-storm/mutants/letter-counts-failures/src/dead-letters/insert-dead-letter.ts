import type { Delivery } from '../jobs/job.ts';
import type { Transaction } from '../platform/tenant-transaction.ts';
import type { DeadLetter, DeadLetterReason } from './dead-letter.ts';

export type NewDeadLetter = Omit<DeadLetter, 'status' | 'createdAt' | 'reviewedAt' | 'reviewNote'>;

const LAST_ERROR_MAX = 500;

// A delivery that comes twice gives up twice; the first dead letter stands, with what was decided about it since.
const INSERT = `
  INSERT INTO dead_letters (tenant_id, id, kind, order_id, reason, attempts, last_error, request_id)
  VALUES (current_tenant_id(), $1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant_id, id) DO NOTHING`;

export async function insertDeadLetter(tx: Transaction, letter: NewDeadLetter): Promise<void> {
  const { id, kind, orderId, reason, attempts, lastError, requestId } = letter;
  await tx.query(INSERT, [id, kind, orderId, reason, attempts, lastError, requestId]);
}

export function deadLetterOf(delivery: Delivery, reason: DeadLetterReason, error: unknown): NewDeadLetter {
  const { eventId: id, kind, payload, attempt, starts } = delivery;
  const lastError = (error instanceof Error ? error.message : String(error)).slice(0, LAST_ERROR_MAX);
  // The failures before this one, as the queue counts them.
  const attempts = reason === 'crashed' ? starts - 1 : attempt - 1;
  return { id, kind, orderId: payload.orderId, reason, attempts, lastError, requestId: payload.requestId };
}
