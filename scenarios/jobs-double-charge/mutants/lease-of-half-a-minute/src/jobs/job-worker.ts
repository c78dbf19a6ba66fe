import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import type { Log } from '../platform/logger.ts';
import { createStateLog } from '../platform/state-log.ts';
import { type Delivery, jobSchema, QUEUE_NAME, QUEUE_PREFIX } from './job.ts';
import type { JobMetrics } from './job-metrics.ts';
import type { QueueAddress } from './job-queue.ts';
import type { PerformJob, Verdict } from './perform-job.ts';

export interface JobWorker {
  /** Takes no more jobs and waits for those in hand, without a limit of its own. */
  close(): Promise<void>;
}

interface JobWorkerParts extends QueueAddress {
  readonly perform: PerformJob;
  readonly metrics: JobMetrics;
  readonly log: Log;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly stallCheckMs: number;
}

/** Crashes are counted where they can end in a dead letter; BullMQ would drop the job into its own list. */
const UNLIMITED_STALLS = 1_000_000;

/** An attempt that counts and is to be repeated; BullMQ keeps the message and asks for the pause. */
class AgainError extends Error {
  override readonly name = 'AgainError';
  readonly inMs: number;

  constructor(inMs: number, cause: unknown) {
    super(messageOf(cause), { cause });
    this.inMs = inMs;
  }
}

/** Takes jobs from the queue until it is closed. The queue's Redis may come and go. */
export function startJobWorker(parts: JobWorkerParts): JobWorker {
  const { url, prefix = QUEUE_PREFIX, perform, metrics, log, concurrency, leaseMs, stallCheckMs } = parts;
  const state = createStateLog(log, 'the job worker');

  const worker = new Worker(QUEUE_NAME, process, {
    // A worker has nothing better to do than to wait for its Redis.
    connection: { url, maxRetriesPerRequest: null, retryStrategy: (attempt) => Math.min(100 * attempt, 2_000) },
    prefix,
    concurrency,
    // A machine that stands still for a moment keeps its jobs.
    lockDuration: Math.max(leaseMs, 30_000),
    stalledInterval: Math.max(stallCheckMs, 15_000),
    maxStalledCount: UNLIMITED_STALLS,
    settings: { backoffStrategy: (_attempt, _type, error) => (error instanceof AgainError ? error.inMs : leaseMs) },
  });
  worker.on('error', state.fails);
  worker.on('active', state.works);
  worker.on('stalled', (jobId) => log.warn({ jobId }, 'job of a silent worker taken over'));

  return { close: () => worker.close() };

  async function process(job: Job, token?: string): Promise<void> {
    const delivery = deliveryOf(job);
    if (!delivery) {
      log.error({ jobId: job.id }, 'job cannot be read');
      throw new UnrecoverableError('The data of this job is none of ours.');
    }
    const startedAtMs = performance.now();
    const verdict = await perform(delivery);
    report(delivery, verdict, performance.now() - startedAtMs);
    if (verdict.kind === 'ended') {
      if (verdict.outcome === 'dead') throw new UnrecoverableError(messageOf(verdict.error));
      return;
    }
    if (verdict.counted) throw new AgainError(verdict.inMs, verdict.error);
    await job.moveToDelayed(Date.now() + verdict.inMs, token);
    throw new DelayedError();
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

function deliveryOf({ data, attemptsMade, attemptsStarted, stalledCounter }: Job): Delivery | undefined {
  const parsed = jobSchema.safeParse(data);
  if (!parsed.success) return undefined;
  return { ...parsed.data, attempt: attemptsMade + 1, starts: attemptsStarted, crashes: stalledCounter };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
