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
  readonly queue: Pick<JobQueue, 'add' | 'waiting'>;
  readonly metrics: JobMetrics;
  readonly log: Log;
  readonly pollMs: number;
}

type EventRow = OutboxEvent & { readonly tenantId: string };

/**
 * What may wait in the queue, of all shops together: enough that no worker is idle, and few enough that an event whose
 * turn has come is begun soon. All the others wait in the outbox, where shops take turns.
 */
const WAITING_MAX = 32;
/** While there is more to publish than room for it. */
const BACKLOG_POLL_MS = 20;

const LAG = `
  SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS seconds
  FROM outbox_events WHERE published_at IS NULL`;
// One look at the index for each shop that waits, so a shop with 50,000 events costs no more than one with a few. Each
// has one event in a round, and the first round begins behind the shop that had the last turn ($2). Skipping what
// another relay has locked lets any number of them work side by side.
const CLAIM = `
  WITH RECURSIVE shop (tenant_id) AS (
    (SELECT tenant_id FROM outbox_events WHERE published_at IS NULL ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT event.tenant_id FROM outbox_events AS event
      WHERE event.published_at IS NULL AND event.tenant_id > shop.tenant_id ORDER BY event.tenant_id LIMIT 1)
    FROM shop WHERE shop.tenant_id IS NOT NULL
  ),
  turn AS (
    SELECT first.id, first.round, shop.tenant_id <= $2::uuid AS had_its_turn FROM shop CROSS JOIN LATERAL (
      SELECT event.id, row_number() OVER (ORDER BY event.created_at) AS round FROM outbox_events AS event
      WHERE event.tenant_id = shop.tenant_id AND event.published_at IS NULL ORDER BY event.created_at LIMIT $1
    ) AS first
    ORDER BY first.round, had_its_turn, shop.tenant_id LIMIT $1
  )
  SELECT event.id, event.tenant_id AS "tenantId", event.kind, event.payload
  FROM turn JOIN outbox_events AS event ON event.id = turn.id WHERE event.published_at IS NULL
  ORDER BY turn.round, turn.had_its_turn, event.tenant_id FOR UPDATE OF event SKIP LOCKED`;
const MARK = 'UPDATE outbox_events SET published_at = now() WHERE id = ANY ($1::uuid[])';
/** Before all ids of shops. */
const NO_TURN_YET = '00000000-0000-0000-0000-000000000000';

/**
 * Brings committed events to the queue, each at least once: an event is marked only after its job was added, so a
 * crash in between adds it again. The queue drops a job that it knows, and its effect bears one that it has forgotten.
 * Shops take turns, however much each of them has: the queue itself is worked off in the order of arrival.
 */
export function startOutboxRelay({ database, queue, metrics, log, pollMs }: OutboxRelayParts): OutboxRelay {
  const state = createStateLog(log, 'publishing from the outbox');
  const stopping = new AbortController();
  let lastTurn = NO_TURN_YET;
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
        (isMore) => {
          state.works();
          return isMore;
        },
        (error: unknown) => {
          // The events stay where they are, and so does the order in which they wait.
          state.fails(error);
          return false;
        },
      );
      const pauseMs = isBacklog ? Math.min(BACKLOG_POLL_MS, pollMs) : pollMs;
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {}); // Told to stop.
    }
  }

  /** True when there may be more events than the queue had room for. */
  async function publishBatch(): Promise<boolean> {
    return await database.write(async (tx) => {
      const [lag] = await tx.query<{ seconds: number }>(LAG);
      metrics.outboxLag(lag?.seconds ?? 0);
      if (!lag || lag.seconds === 0) return false;
      const room = Math.max(0, WAITING_MAX - (await queue.waiting()));
      if (room === 0) return true;
      const events = await tx.query<EventRow>(CLAIM, [room, lastTurn]);
      if (events.length === 0) return false;
      await queue.add(
        events.map(({ id, tenantId, kind, payload }) => {
          return { eventId: id, tenantId, kind, payload };
        }),
      );
      await tx.query(MARK, [events.map(({ id }) => id)]);
      lastTurn = events.at(-1)?.tenantId ?? lastTurn;
      return events.length === room;
    });
  }
}
