import { createCachedCheck } from '../../platform/cached-check.ts';
import type { CrossTenantDatabase } from '../../platform/tenant-transaction.ts';

export interface TenantQueue {
  readonly tenant: string;
  /** Deliveries that wait or are on their way. */
  readonly depth: number;
  /** Of these, those whose endpoint is not active. */
  readonly parked: number;
  /** Age of the oldest that is not parked; 0 when there is none. */
  readonly oldestSeconds: number;
}

export interface EndpointCounts {
  readonly active: number;
  readonly broken: number;
  readonly suspended: number;
  readonly disabled: number;
}

/** How the deliveries of all tenants stand. */
export interface QueueState {
  readonly deepest: readonly TenantQueue[];
  readonly oldest: readonly TenantQueue[];
  readonly waiting: number;
  readonly parked: number;
  readonly dead: number;
  readonly endpoints: EndpointCounts;
}

/** Each is a time series, for ever: a label with all tenants would grow with the business. */
const TENANTS_SHOWN = 10;
const ASK_LIMITS = { timeoutMs: 500, maxAgeMs: 1_000 };

const QUEUES = `
  SELECT delivery.tenant_id AS tenant, count(*)::integer AS depth,
    count(*) FILTER (WHERE endpoint.status <> 'active')::integer AS parked,
    coalesce(extract(epoch FROM clock_timestamp() - min(coalesce(delivery.reviewed_at, delivery.created_at))
      FILTER (WHERE endpoint.status = 'active')), 0)::float8 AS "oldestSeconds"
  FROM webhook_deliveries AS delivery
  JOIN webhook_endpoints AS endpoint
    ON endpoint.tenant_id = delivery.tenant_id AND endpoint.id = delivery.endpoint_id
  WHERE delivery.status IN ('pending', 'sending') GROUP BY delivery.tenant_id`;
const DEAD = "SELECT count(*)::integer AS dead FROM webhook_deliveries WHERE status = 'dead'";
const ENDPOINTS = `
  SELECT count(*) FILTER (WHERE status = 'active' AND consecutive_failures < $1)::integer AS active,
    count(*) FILTER (WHERE status = 'active' AND consecutive_failures >= $1)::integer AS broken,
    count(*) FILTER (WHERE status = 'suspended')::integer AS suspended,
    count(*) FILTER (WHERE status = 'disabled')::integer AS disabled
  FROM webhook_endpoints`;

interface WatchParts {
  readonly database: CrossTenantDatabase;
  readonly breakerFailures: number;
}

/** Asked of the database once a second at most; while it is away, the last answer holds. */
export function createQueueWatch({ database, breakerFailures }: WatchParts): () => Promise<QueueState> {
  let state = summarise([], 0, { active: 0, broken: 0, suspended: 0, disabled: 0 });
  const refresh = createCachedCheck(async () => {
    state = await database.write(async (tx) => {
      const queues = await tx.query<TenantQueue>(QUEUES);
      const [dead] = await tx.query<{ dead: number }>(DEAD);
      const [endpoints = state.endpoints] = await tx.query<EndpointCounts>(ENDPOINTS, [breakerFailures]);
      return summarise(queues, dead?.dead ?? 0, endpoints);
    });
  }, ASK_LIMITS);
  return async () => {
    await refresh();
    return state;
  };
}

export function summarise(queues: readonly TenantQueue[], dead: number, endpoints: EndpointCounts): QueueState {
  const total = (value: (queue: TenantQueue) => number) => queues.reduce((sum, queue) => sum + value(queue), 0);
  const first = (value: (queue: TenantQueue) => number) =>
    queues.toSorted((a, b) => value(b) - value(a)).slice(0, TENANTS_SHOWN);
  return {
    deepest: first(({ depth }) => depth),
    oldest: first(({ oldestSeconds }) => oldestSeconds),
    waiting: total(({ depth }) => depth),
    parked: total(({ parked }) => parked),
    dead,
    endpoints,
  };
}
