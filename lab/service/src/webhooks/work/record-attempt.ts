import type { TenantContext } from '../../platform/request-context.ts';
import type { TenantDatabase, Transaction } from '../../platform/tenant-transaction.ts';
import type { Attempt } from '../sending/attempt.ts';
import type { Claim } from './claim-deliveries.ts';
import { type DeliveryPolicy, decideDelivery, type Fate, isSuccess } from './decide-delivery.ts';
import { afterAttempt, type EndpointHealth, type HealthChange, type HealthPolicy } from './endpoint-health.ts';

export interface Recorded {
  readonly fate: Fate;
  /** What the endpoint became by this attempt. */
  readonly endpointBecame: 'suspended' | 'disabled' | undefined;
}

/** Undefined, and nothing written, when the delivery is this worker's no more. */
export type RecordAttempt = (context: TenantContext, claim: Claim, attempt: Attempt) => Promise<Recorded | undefined>;

const LAST_ERROR_MAX = 500;

// A success is recorded whoever has it by now: it was received. Everything else only by the worker that has it.
const RECORD = `
  UPDATE webhook_deliveries SET status = $3, due_at = now() + $4 * interval '1 millisecond', attempts = attempts + 1,
    dead_reason = $5, last_status = $6, last_error = $7, last_response = $8,
    delivered_at = CASE WHEN $3 = 'delivered' THEN now() END
  WHERE tenant_id = current_tenant_id() AND id = $1
    AND (status = 'sending' AND starts = $2 OR $3 = 'delivered' AND status IN ('pending', 'sending'))
  RETURNING id`;
const GIVE_BACK = `
  UPDATE webhook_deliveries SET status = 'pending', due_at = now()
  WHERE tenant_id = current_tenant_id() AND id = $1 AND status = 'sending' AND starts = $2 RETURNING id`;
// Not FOR UPDATE: orders that are placed meanwhile refer to the endpoint, and must not wait. A success of an endpoint
// that has not failed changes nothing, so it locks nothing either.
const LOCK_HEALTH = `
  SELECT status, consecutive_failures AS "consecutiveFailures" FROM webhook_endpoints
  WHERE tenant_id = current_tenant_id() AND id = $1 AND (consecutive_failures > 0 OR NOT $2) FOR NO KEY UPDATE`;
const CHANGE_HEALTH = `
  UPDATE webhook_endpoints SET consecutive_failures = $2, status = coalesce($3, status),
    status_reason = coalesce($4, status_reason),
    not_before = CASE
      WHEN $6 THEN now()
      ELSE greatest(not_before, now() + $5 * interval '1 millisecond') END,
    ramp_started_at = CASE WHEN $6 THEN now() ELSE ramp_started_at END,
    updated_at = CASE WHEN $3::text IS NULL THEN updated_at ELSE now() END
  WHERE tenant_id = current_tenant_id() AND id = $1`;

interface RecorderParts {
  readonly database: TenantDatabase;
  readonly policy: DeliveryPolicy & HealthPolicy;
}

/** What an attempt means for its delivery and its endpoint becomes durable together. */
export function createRecordAttempt({ database, policy }: RecorderParts): RecordAttempt {
  return (context, claim, attempt) =>
    database.write(context, async (tx) => {
      const fate = decideDelivery(attempt, claim.attempts + 1, policy);
      if (!(await recordFate(tx, claim, { attempt, fate }))) return undefined;
      const [health] = await tx.query<EndpointHealth>(LOCK_HEALTH, [claim.endpointId, isSuccess(attempt)]);
      const change = health && afterAttempt(health, { attempt, fate }, policy);
      if (change) await recordHealth(tx, claim.endpointId, change);
      return { fate, endpointBecame: becameOf(change) };
    });
}

async function recordFate(
  tx: Transaction,
  { id, starts }: Claim,
  { attempt, fate }: { readonly attempt: Attempt; readonly fate: Fate },
): Promise<boolean> {
  if (attempt.kind === 'interrupted') return (await tx.query(GIVE_BACK, [id, starts])).length === 1;
  const { inMs } = fate.status === 'pending' ? fate : { inMs: 0 };
  const { status, excerpt } = attempt.kind === 'answered' ? attempt : { status: null, excerpt: null };
  const reason = fate.status === 'dead' ? fate.reason : null;
  const recorded = await tx.query(RECORD, [id, starts, fate.status, inMs, reason, status, errorOf(attempt), excerpt]);
  return recorded.length === 1;
}

async function recordHealth(tx: Transaction, endpointId: string, change: HealthChange): Promise<void> {
  const { consecutiveFailures, newStatus, pauseMs, comesBack } = change;
  const { status = null, reason = null } = newStatus ?? {};
  await tx.query(CHANGE_HEALTH, [endpointId, consecutiveFailures, status, reason, pauseMs, comesBack]);
}

/** For the tenant. An error of ours is in the log; they can do nothing about it. */
function errorOf(attempt: Attempt): string | null {
  if (attempt.kind === 'unanswered') return attempt.message.slice(0, LAST_ERROR_MAX);
  if (attempt.kind === 'answered' && !isSuccess(attempt)) return `The endpoint answered ${attempt.status}.`;
  return attempt.kind === 'broken' ? 'Something went wrong on our side.' : null;
}

function becameOf(change: HealthChange | undefined): Recorded['endpointBecame'] {
  const status = change?.newStatus?.status;
  return status === 'active' ? undefined : status;
}
