import { setTimeout as sleep } from 'node:timers/promises';
import type { JobMetrics } from '../jobs/job-metrics.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { Log } from '../platform/logger.ts';
import { createStateLog } from '../platform/state-log.ts';
import type { CrossTenantDatabase } from '../platform/tenant-transaction.ts';
import type { OutboxEvent } from './outbox-event.ts';

export interface OutboxRelay {
  /** Resolves when the batch in hand is published or rolled back. */
  stop(): Promise<void>;
}

interface OutboxRelayParts {
  readonly database: CrossTenantDatabase;
  readonly queue: Pick<JobQueue, 'add'>;
  readonly metrics: JobMetrics;
  readonly log: Log;
  readonly pollMs: number;
}

type EventRow = OutboxEvent & { readonly tenantId: string; readonly ageSeconds: number };

const BATCH = 50;

// Taken and marked in one statement, so that no other relay publishes the same event.
const TAKE = `
  UPDATE outbox_events SET published_at = now()
  WHERE id IN (SELECT id FROM outbox_events WHERE published_at IS NULL ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
  RETURNING id, tenant_id AS "tenantId", kind, payload,
    extract(epoch FROM clock_timestamp() - created_at)::float8 AS "ageSeconds"`;

/** Brings committed events to the queue, each once: an event that one relay has taken is marked for all others. */
export function startOutboxRelay({ database, queue, metrics, log, pollMs }: OutboxRelayParts): OutboxRelay {
  const state = createStateLog(log, 'publishing from the outbox');
  const stopping = new AbortController();
  const ended = run();

  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const isBacklog = await publishBatch().then(
        (count) => {
          state.works();
          return count === BATCH;
        },
        (error: unknown) => {
          state.fails(error);
          return false;
        },
      );
      if (!isBacklog) await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {}); // Told to stop.
    }
  }

  async function publishBatch(): Promise<number> {
    const events = await database.write((tx) => tx.query<EventRow>(TAKE));
    metrics.outboxLag(events[0]?.ageSeconds ?? 0);
    if (events.length === 0) return 0;
    await queue.add(
      events.map(({ id, tenantId, kind, payload }) => {
        return { eventId: id, tenantId, kind, payload };
      }),
    );
    return events.length;
  }
}
