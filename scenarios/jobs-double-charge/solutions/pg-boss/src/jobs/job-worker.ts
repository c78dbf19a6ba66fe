import type { JobWithMetadata } from 'pg-boss';
import type { Log } from '../platform/logger.ts';
import { type Delivery, type JobData, jobSchema } from './job.ts';
import type { JobMetrics } from './job-metrics.ts';
import type { OrderJobs, WorkLimits } from './order-jobs.ts';
import type { PerformJob, Verdict } from './perform-job.ts';

interface JobWorkerParts {
  readonly jobs: OrderJobs;
  readonly limits: WorkLimits;
  readonly perform: PerformJob;
  readonly metrics: JobMetrics;
  readonly log: Log;
  readonly attemptsMax: number;
}

/** Takes jobs from the queue until that is stopped. */
export function startJobWorker({ jobs, limits, perform, metrics, log, attemptsMax }: JobWorkerParts): void {
  jobs.work(limits, handle).catch((error: unknown) => log.error({ err: error }, 'the job worker did not start'));

  async function handle(job: JobWithMetadata<JobData>): Promise<void> {
    const delivery = deliveryOf(job, attemptsMax);
    const startedAtMs = performance.now();
    const verdict = await perform(delivery);
    report(delivery, verdict, performance.now() - startedAtMs);
    // pg-boss counts the attempt, waits and gives the job out again.
    if (verdict.kind === 'again') throw verdict.error;
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

/**
 * pg-boss counts starts alone: failed attempts and dead workers alike. More starts than there may be attempts can only
 * come from workers that died, because who fails that often gives the job up.
 */
function deliveryOf({ data, retryCount }: JobWithMetadata<JobData>, attemptsMax: number): Delivery {
  const starts = retryCount + 1;
  return { ...jobSchema.parse(data), attempt: starts, starts, crashes: Math.max(0, starts - attemptsMax) };
}
