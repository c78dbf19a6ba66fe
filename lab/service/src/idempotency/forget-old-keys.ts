import type { CrossTenantDatabase } from '../platform/tenant-transaction.ts';

const BATCH = 1_000;

// The policies let it see and delete what is older than seven days, nothing else.
const FORGET = `
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '7 days' ORDER BY created_at LIMIT ${BATCH}))
  RETURNING 1`;

/**
 * Removes keys that are older than seven days, in short transactions, and returns how many. A client that tries again
 * later than that is a new request.
 */
export async function forgetOldKeys(database: CrossTenantDatabase, signal: AbortSignal): Promise<number> {
  let forgotten = 0;
  while (!signal.aborted) {
    const removed = await database.write(async (tx) => (await tx.query(FORGET)).length);
    forgotten += removed;
    if (removed < BATCH) break;
  }
  return forgotten;
}
