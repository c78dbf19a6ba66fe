import type { Log } from '../../platform/logger.ts';
import type { CrossTenantDatabase } from '../../platform/tenant-transaction.ts';
import type { DeliveryStatus } from '../deliveries/delivery.ts';

interface RecoverParts {
  readonly database: CrossTenantDatabase;
  readonly log: Log;
  /** A delivery is given up. */
  readonly onDead: () => void;
}

interface RecoveredRow {
  readonly tenant: string;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly endpointId: string;
  readonly requestId: string;
  readonly crashes: number;
  readonly status: DeliveryStatus;
}

/** A delivery that this many workers have died of is taken to be the cause. */
const CRASHES_MAX = 3;
const BATCH = 100;

const RECOVER = `
  UPDATE webhook_deliveries AS delivery SET crashes = crashes + 1, due_at = now(),
    status = CASE WHEN crashes + 1 >= ${CRASHES_MAX} THEN 'dead' ELSE 'pending' END,
    dead_reason = CASE WHEN crashes + 1 >= ${CRASHES_MAX} THEN 'crashed' END,
    last_error = 'The worker that sent this died or fell silent.'
  FROM (
    SELECT tenant_id, id FROM webhook_deliveries WHERE status = 'sending' AND due_at <= now()
    ORDER BY due_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
  ) AS lost
  WHERE delivery.tenant_id = lost.tenant_id AND delivery.id = lost.id
  RETURNING delivery.tenant_id AS tenant, delivery.id AS "deliveryId", event_id AS "eventId",
    endpoint_id AS "endpointId", request_id AS "requestId", crashes, status`;

/** Takes deliveries back from workers whose lease has ended. What workers keep dying of is not sent again. */
export function createRecoverDeliveries({ database, log, onDead }: RecoverParts): () => Promise<void> {
  return async () => {
    const rows = await database.write((tx) => tx.query<RecoveredRow>(RECOVER));
    for (const { status, ...row } of rows) {
      if (status !== 'dead') {
        log.warn(row, 'webhook of a silent worker taken back');
        continue;
      }
      onDead();
      log.error({ ...row, outcome: 'dead', reason: 'crashed' }, 'webhook given up');
    }
  };
}
