import type { TenantContext } from '../../platform/request-context.ts';
import type { TenantDatabase } from '../../platform/tenant-transaction.ts';
import type { EndpointStatus } from '../endpoints/endpoint.ts';
import type { Claim } from './claim-deliveries.ts';

export interface StoredMessage {
  readonly url: string;
  readonly status: EndpointStatus;
  readonly body: string;
  /** As they are stored; the one that is accepted from now on comes first. */
  readonly sealedSecrets: readonly Buffer[];
}

/** Undefined when the delivery is this worker's no more, or was deleted with its endpoint. */
export type FindMessage = (context: TenantContext, claim: Claim) => Promise<StoredMessage | undefined>;

interface MessageRow extends Pick<StoredMessage, 'url' | 'status' | 'body'> {
  readonly secret: Buffer;
  readonly previousSecret: Buffer | null;
}

const FIND = `
  SELECT endpoint.url, endpoint.status, event.payload::text AS body, endpoint.secret,
    CASE WHEN endpoint.previous_secret_until > now() THEN endpoint.previous_secret END AS "previousSecret"
  FROM webhook_deliveries AS delivery
  JOIN webhook_endpoints AS endpoint
    ON endpoint.tenant_id = delivery.tenant_id AND endpoint.id = delivery.endpoint_id
  JOIN webhook_events AS event ON event.tenant_id = delivery.tenant_id AND event.id = delivery.event_id
  WHERE delivery.tenant_id = current_tenant_id() AND delivery.id = $1
    AND delivery.status = 'sending' AND delivery.starts = $2`;

/** What is to be sent, read on behalf of its tenant: claiming has seen ids only. */
export function createFindMessage(database: TenantDatabase): FindMessage {
  return (context, { id, starts }) =>
    database.read(context, async (tx) => {
      const [row] = await tx.query<MessageRow>(FIND, [id, starts]);
      if (!row) return undefined;
      const { secret, previousSecret, ...message } = row;
      return { ...message, sealedSecrets: previousSecret === null ? [secret] : [secret, previousSecret] };
    });
}
