import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../platform/logger.ts';
import { createStateLog } from '../platform/state-log.ts';
import type { EventLeases, LeasedEvent } from './event-leases.ts';
import { type Delivery, jobSchema } from './job.ts';
import type { JobMetrics } from './job-metrics.ts';
import type { PerformJob, Verdict } from './perform-job.ts';

export interface JobWorker {
  /** Takes no more jobs and waits for those in hand, without a limit of its own. */
  close(): Promise<void>;
}

interface JobWorkerParts {
  readonly leases: EventLeases;
  readonly perform: PerformJob;
  readonly metrics: JobMetrics;
  readonly log: Log;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly pollMs: number;
}

/** Two renewals may fail before a lease is lost. */
const RENEWALS_PER_LEASE = 3;

/** Takes events from their table until it is closed. The database may come and go. */
export function startJobWorker({ leases, perform, metrics, log, ...limits }: JobWorkerParts): JobWorker {
  const { concurrency, leaseMs, pollMs } = limits;
  const state = createStateLog(log, 'the job worker');
  const stopping = new AbortController();
  const inHand = new Set<Promise<void>>();
  const ended = run();

  return {
    async close() {
      stopping.abort();
      await ended;
      await Promise.all(inHand);
    },
  };

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const free = concurrency - inHand.size;
      const taken = free === 0 ? 0 : await take(free);
      // As many as asked for: there may be more, as soon as one of these is done.
      const pauses = [sleep(pollMs, undefined, { signal: stopping.signal })];
      await Promise.race(taken === free ? [...pauses, ...inHand] : pauses).catch(() => {}); // Told to stop.
    }
  }

  async function take(free: number): Promise<number> {
    try {
      const events = await leases.take(free);
      state.works();
      metrics.outboxLag(Math.max(0, ...events.map(({ waitedSeconds }) => waitedSeconds)));
      for (const event of events) {
        const work = handle(event).finally(() => inHand.delete(work));
        inHand.add(work);
      }
      return events.length;
    } catch (error) {
      state.fails(error);
      return 0;
    }
  }

  /** Never rejects: what cannot be written down is taken again when its lease has run out. */
  async function handle(event: LeasedEvent): Promise<void> {
    const renewal = setInterval(() => void leases.renew(event).catch(state.fails), leaseMs / RENEWALS_PER_LEASE);
    try {
      const delivery = deliveryOf(event);
      const startedAtMs = performance.now();
      const verdict = await perform(delivery);
      report(delivery, verdict, performance.now() - startedAtMs);
      const held = verdict.kind === 'ended' ? await leases.finish(event) : await leases.giveBack(event, verdict);
      if (!held) log.warn({ eventId: event.id }, 'job of this worker was taken over meanwhile');
    } catch (error) {
      log.error({ err: error, eventId: event.id }, 'job not given back');
    } finally {
      clearInterval(renewal);
    }
  }

  function report(delivery: Delivery, verdict: Verdict, durationMs: number): void {
    const outcome = verdict.kind === 'ended' ? verdict.outcome : verdict.counted ? 'retried' : 'postponed';
    const { eventId, tenantId, attempt, payload } = delivery;
    metrics.job({ outcome, attempt, durationMs });
    const { requestId, orderId } = payload;
    const entry = {
      requestId,
      tenant: tenantId,
      eventId,
      orderId,
      outcome,
      attempt,
      durationMs: Math.round(durationMs),
    };
    if (verdict.error === undefined) log.info(entry, 'job');
    else if (outcome === 'dead') log.error({ ...entry, err: verdict.error }, 'job given up');
    else log.warn({ ...entry, err: verdict.error }, 'job');
  }
}

function deliveryOf({ id, tenantId, kind, payload, starts, failures, crashes }: LeasedEvent): Delivery {
  const job = jobSchema.parse({ eventId: id, tenantId, kind, payload });
  return { ...job, attempt: failures + 1, starts, crashes };
}
