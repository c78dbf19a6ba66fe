import type { CrossTenantDatabase, Transaction } from '../../platform/tenant-transaction.ts';
import { rampGapMs } from './ramp.ts';

/** A delivery that this worker has in hand until its lease ends. */
export interface Claim {
  readonly tenantId: string;
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly requestId: string;
  /** How often any worker took it. A worker that was silent for too long knows by this number that it has it no more. */
  readonly starts: number;
  /** Attempts that count, before this one. */
  readonly attempts: number;
}

/** `suspect`: a worker died with it in hand. It may have been the cause, or have been beside it. */
export type ClaimKind = 'unsuspected' | 'suspect';

export interface ClaimSettings {
  readonly leaseMs: number;
  readonly tenantConcurrency: number;
  readonly endpointConcurrency: number;
  readonly breakerFailures: number;
  readonly rampMs: number;
}

/** Takes work from the tenant whose turn it is, at most `limit` deliveries. Undefined when there is nothing to take. */
export type ClaimNext = (limit: number) => Promise<readonly Claim[] | undefined>;

type ClaimRow = Claim & { readonly rampElapsedMs: number | null };

/** Deliveries on their way, by all workers together. They are few. */
const BUSY = `
  busy AS (
    SELECT tenant_id, endpoint_id, count(*)::integer AS count FROM webhook_deliveries
    WHERE status = 'sending' GROUP BY tenant_id, endpoint_id
  )`;
/** How many more an endpoint may have on their way. One at a time while it is down, to see, and while it comes back. */
const ROOM = `
  (CASE WHEN endpoint.consecutive_failures >= $3 OR endpoint.ramp_started_at > now() - $4 * interval '1 millisecond'
    THEN 1 ELSE $2 END - coalesce(busy.count, 0))`;
const OPEN_ENDPOINTS = `
  webhook_endpoints AS endpoint
  LEFT JOIN busy ON busy.tenant_id = endpoint.tenant_id AND busy.endpoint_id = endpoint.id`;
const IS_OPEN = "endpoint.status = 'active' AND endpoint.not_before <= now()";

/**
 * The tenant that has waited longest since its last turn, of those that have something to send and room for it. One
 * look at the index for each endpoint, so a tenant with 50,000 deliveries costs no more than one with a single one.
 */
const turnSql = (due: string) => `
  WITH ${BUSY}
  SELECT turn.tenant_id AS "tenantId" FROM webhook_turns AS turn
  WHERE (SELECT coalesce(sum(busy.count), 0) FROM busy WHERE busy.tenant_id = turn.tenant_id) < $1
    AND EXISTS (
      SELECT FROM ${OPEN_ENDPOINTS}
      CROSS JOIN LATERAL (
        SELECT FROM webhook_deliveries AS delivery
        WHERE delivery.tenant_id = endpoint.tenant_id AND delivery.endpoint_id = endpoint.id AND ${due} LIMIT 1
      ) AS due
      WHERE endpoint.tenant_id = turn.tenant_id AND ${IS_OPEN} AND ${ROOM} > 0
    )
  ORDER BY turn.taken_at LIMIT 1 FOR UPDATE OF turn SKIP LOCKED`;

/** Begun before the attempt and committed with it: a delivery that kills its worker has been counted by then. */
const claimSql = (due: string) => `
  WITH ${BUSY},
  next AS (
    SELECT due.id, extract(epoch FROM now() - endpoint.ramp_started_at)::float8 * 1000 AS ramp_elapsed_ms
    FROM ${OPEN_ENDPOINTS}
    CROSS JOIN LATERAL (
      SELECT first.id, first.due_at FROM (
        -- A limit that is known beforehand: of the other one PostgreSQL would expect thousands of rows.
        SELECT delivery.id, delivery.due_at FROM webhook_deliveries AS delivery
        WHERE delivery.tenant_id = endpoint.tenant_id AND delivery.endpoint_id = endpoint.id AND ${due}
        ORDER BY delivery.due_at LIMIT $2
      ) AS first
      ORDER BY first.due_at LIMIT greatest(0, ${ROOM})
    ) AS due
    WHERE endpoint.tenant_id = $5 AND ${IS_OPEN}
    ORDER BY due.due_at
    LIMIT greatest(0, least($6, $1 - (SELECT coalesce(sum(busy.count), 0) FROM busy WHERE busy.tenant_id = $5)))
  )
  UPDATE webhook_deliveries AS delivery
  SET status = 'sending', starts = starts + 1, due_at = now() + $7 * interval '1 millisecond'
  FROM next WHERE delivery.tenant_id = $5 AND delivery.id = next.id AND delivery.status = 'pending'
  RETURNING delivery.tenant_id AS "tenantId", delivery.id, endpoint_id AS "endpointId", event_id AS "eventId",
    request_id AS "requestId", starts, attempts, next.ramp_elapsed_ms AS "rampElapsedMs"`;

const END_TURN = 'UPDATE webhook_turns SET taken_at = clock_timestamp() WHERE tenant_id = $1';
const SLOW_DOWN = `
  UPDATE webhook_endpoints SET not_before = now() + $3 * interval '1 millisecond'
  WHERE tenant_id = $1 AND id = $2 AND status = 'active'`;

const DUE: Readonly<Record<ClaimKind, string>> = {
  unsuspected: "delivery.status = 'pending' AND delivery.crashes = 0 AND delivery.due_at <= now()",
  suspect: "delivery.status = 'pending' AND delivery.crashes > 0 AND delivery.due_at <= now()",
};

/**
 * Tenants take turns, however much each of them has, and each has a share of all workers at most. Two statements: the
 * second one sees what the worker has committed who held this turn before, so limits hold among workers too.
 */
export function createClaimNext(database: CrossTenantDatabase, kind: ClaimKind, settings: ClaimSettings): ClaimNext {
  const { leaseMs, tenantConcurrency, endpointConcurrency, breakerFailures, rampMs } = settings;
  const limits = [tenantConcurrency, endpointConcurrency, breakerFailures, rampMs];
  const [findTurn, claim] = [turnSql(DUE[kind]), claimSql(DUE[kind])];

  return (limit) =>
    database.write(async (tx) => {
      const [turn] = await tx.query<{ tenantId: string }>(findTurn, limits);
      if (!turn) return undefined;
      const rows = await tx.query<ClaimRow>(claim, [...limits, turn.tenantId, limit, leaseMs]);
      await tx.query(END_TURN, [turn.tenantId]);
      for (const row of rows) await slowDown(tx, row);
      return rows.map(({ rampElapsedMs: _, ...row }) => row);
    });

  async function slowDown(tx: Transaction, { tenantId, endpointId, rampElapsedMs }: ClaimRow): Promise<void> {
    const gapMs = rampElapsedMs === null ? 0 : rampGapMs(rampElapsedMs, rampMs);
    if (gapMs > 0) await tx.query(SLOW_DOWN, [tenantId, endpointId, gapMs]);
  }
}
