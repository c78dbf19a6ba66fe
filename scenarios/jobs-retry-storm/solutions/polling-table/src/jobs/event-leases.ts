import type { OutboxEvent } from '../outbox/outbox-event.ts';
import type { CrossTenantDatabase } from '../platform/tenant-transaction.ts';

/** An event that this process has until its lease ends. */
export interface LeasedEvent extends OutboxEvent {
  readonly tenantId: string;
  readonly starts: number;
  readonly failures: number;
  readonly crashes: number;
  /** How long it had been due when it was taken. */
  readonly waitedSeconds: number;
}

type Lease = Pick<LeasedEvent, 'id' | 'starts'>;

/**
 * The table of events as a queue. All but `take` answer false, and do nothing, when the lease has been lost to somebody
 * else: each time that an event is taken, its number of starts is another.
 */
export interface EventLeases {
  /** Those that are due longest. Any number of processes may take at the same time. */
  take(limit: number): Promise<readonly LeasedEvent[]>;
  renew(lease: Lease): Promise<boolean>;
  finish(lease: Lease): Promise<boolean>;
  giveBack(lease: Lease, options: { readonly inMs: number; readonly counted: boolean }): Promise<boolean>;
}

// Skipping what somebody else is taking right now lets any number of workers poll side by side. An event that is due
// while it is leased belonged to a worker that died or fell silent.
const TAKE = `
  WITH due AS (
    SELECT id, extract(epoch FROM clock_timestamp() - due_at)::float8 AS waited
    FROM outbox_events WHERE published_at IS NULL AND due_at <= clock_timestamp()
    ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  UPDATE outbox_events AS event
  SET due_at = clock_timestamp() + $2 * interval '1 ms', leased = true, starts = starts + 1,
    crashes = crashes + leased::integer
  FROM due WHERE event.id = due.id
  RETURNING event.id, tenant_id AS "tenantId", kind, payload, starts, failures, crashes, due.waited AS "waitedSeconds"`;
const HELD = 'WHERE id = $1 AND starts = $2 AND leased AND published_at IS NULL RETURNING id';
const RENEW = `UPDATE outbox_events SET due_at = clock_timestamp() + $3 * interval '1 ms' ${HELD}`;
const FINISH = `UPDATE outbox_events SET published_at = now(), leased = false ${HELD}`;
const GIVE_BACK = `
  UPDATE outbox_events SET due_at = clock_timestamp() + $3 * interval '1 ms', leased = false,
    failures = failures + $4 ${HELD}`;

export function createEventLeases(database: CrossTenantDatabase, leaseMs: number): EventLeases {
  const change = (statement: string, { id, starts }: Lease, ...values: readonly unknown[]): Promise<boolean> =>
    database.write(async (tx) => (await tx.query(statement, [id, starts, ...values])).length === 1);
  return {
    take: (limit) => database.write((tx) => tx.query<LeasedEvent>(TAKE, [limit, leaseMs])),
    renew: (lease) => change(RENEW, lease, leaseMs),
    finish: (lease) => change(FINISH, lease),
    giveBack: (lease, { inMs, counted }) => change(GIVE_BACK, lease, inMs, counted ? 1 : 0),
  };
}
