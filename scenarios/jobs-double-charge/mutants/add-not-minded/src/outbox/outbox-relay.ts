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

const TAKE = `
  SELECT id, tenant_id AS "tenantId", kind, payload,
    extract(epoch FROM clock_timestamp() - created_at)::float8 AS "ageSeconds"
  FROM outbox_events WHERE published_at IS NULL ORDER BY created_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`;
const MARK = 'UPDATE outbox_events SET published_at = now() WHERE id = ANY($1::uuid[])';

/** Brings committed events to the queue: an event is marked after its job was added. */
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
    return await database.write(async (tx) => {
      const events = await tx.query<EventRow>(TAKE);
      metrics.outboxLag(events[0]?.ageSeconds ?? 0);
      if (events.length === 0) return 0;
      // Added before it is marked: a crash in between adds it again, and never loses it.
      await queue.add(
        events.map(({ id, tenantId, kind, payload }) => {
          return { eventId: id, tenantId, kind, payload };
        }),
      );
      await tx.query(MARK, [events.map(({ id }) => id)]);
      return events.length;
    });
  }
}
