import { Gauge, type Registry } from 'prom-client';
import { createCachedCheck } from '../platform/cached-check.ts';
import type { CrossTenantDatabase } from '../platform/tenant-transaction.ts';

interface ShopBacklog {
  readonly tenant: string;
  /** Events that wait to be published. */
  readonly depth: number;
  readonly oldestSeconds: number;
}

/** Each is a time series, for ever: a label with all tenants would grow with the business. */
const TENANTS_SHOWN = 10;
const ASK_LIMITS = { timeoutMs: 500, maxAgeMs: 1_000 };

const BACKLOG = `
  SELECT tenant_id AS tenant, count(*)::integer AS depth,
    extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS "oldestSeconds"
  FROM outbox_events WHERE published_at IS NULL GROUP BY tenant_id`;

/**
 * How much of each shop waits for its turn, and for how long, of those with most. Asked of the database when metrics
 * are, once a second at most; while it is away, the last answer holds.
 */
export function watchOutboxBacklog(database: CrossTenantDatabase, registry: Registry): void {
  let backlog: readonly ShopBacklog[] = [];
  const refresh = createCachedCheck(async () => {
    backlog = await database.write((tx) => tx.query<ShopBacklog>(BACKLOG));
  }, ASK_LIMITS);
  const register = (name: string, help: string, value: (shop: ShopBacklog) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['tenant'],
      registers: [registry],
      async collect() {
        await refresh();
        // A tenant that is no longer among the first has no series any more.
        this.reset();
        const first = backlog.toSorted((a, b) => value(b) - value(a)).slice(0, TENANTS_SHOWN);
        for (const shop of first) this.set({ tenant: shop.tenant }, value(shop));
      },
    });
  register('outbox_depth', 'Events that wait to be published, of the tenants that have most.', ({ depth }) => depth);
  register(
    'outbox_oldest_seconds',
    'Age of the oldest such event, of the tenants that have waited longest.',
    ({ oldestSeconds }) => oldestSeconds,
  );
}
