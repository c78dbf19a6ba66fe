import { ProblemError } from '../platform/problem.ts';
import type { Transaction } from '../platform/tenant-transaction.ts';
import type { KeyedRequest } from './idempotency-key.ts';

/** What the client is answered, the first time and each time that it asks again. */
export interface KeptAnswer<Body = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Kept as JSON: what is secret has to be sealed. */
  readonly body: Body;
}

export interface OnceResult<Body = unknown> {
  readonly answer: KeptAnswer<Body>;
  /** The work was done by an earlier request with the same key; this time nothing was. */
  readonly replayed: boolean;
}

// Held until the transaction ends. A twin is told at once; waiting for the first would hold a connection for it.
const LOCK = `
  SELECT pg_try_advisory_xact_lock(hashtextextended(current_tenant_id()::text || ' ' || $1 || ' ' || $2, 0)) AS free`;
const FIND = `
  SELECT request_hash AS "requestHash", status, headers, body FROM idempotency_keys WHERE route = $1 AND key = $2`;
const KEEP = `
  INSERT INTO idempotency_keys (tenant_id, route, key, request_hash, status, headers, body)
  VALUES (current_tenant_id(), $1, $2, $3, $4, $5, $6)`;

/**
 * Does `work` once for each key, in the transaction that it belongs to: its effect and the answer become durable
 * together, so a crash at any moment leaves both or neither. What `work` throws is not kept; the next request with
 * this key tries again. Throws IDEMPOTENCY_IN_FLIGHT while a twin is at work, and IDEMPOTENCY_KEY_REUSED.
 */
export async function once<Body>(
  tx: Transaction,
  { route, key, requestHash }: KeyedRequest,
  work: () => Promise<KeptAnswer<Body>>,
): Promise<OnceResult<Body>> {
  const [lock] = await tx.query<{ free: boolean }>(LOCK, [route, key]);
  if (lock?.free !== true) throw new ProblemError('IDEMPOTENCY_IN_FLIGHT', { retryAfterSeconds: 1 });
  // A statement of its own, so that it sees what a twin has committed before it let go of the lock.
  const [kept] = await tx.query<KeptAnswer<Body> & { requestHash: string }>(FIND, [route, key]);
  if (kept !== undefined) {
    if (kept.requestHash !== requestHash) throw new ProblemError('IDEMPOTENCY_KEY_REUSED');
    const { status, headers, body } = kept;
    return { answer: { status, headers, body }, replayed: true };
  }
  const answer = await work();
  const { status, headers, body } = answer;
  await tx.query(KEEP, [route, key, requestHash, status, JSON.stringify(headers), JSON.stringify(body)]);
  return { answer, replayed: false };
}
