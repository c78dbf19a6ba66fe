import { setTimeout as sleep } from 'node:timers/promises';
import { type JobHelpers, Logger, type Runner, run } from 'graphile-worker';
import type { Log } from '../platform/logger.ts';
import type { Pool } from '../platform/postgres.ts';
import { createStateLog } from '../platform/state-log.ts';
import { type Delivery, jobSchema } from './job.ts';
import type { JobMetrics } from './job-metrics.ts';
import { keyOf, type QueuedAttempt, TASK } from './job-queue.ts';
import type { PerformJob, Verdict } from './perform-job.ts';

export interface JobWorker {
  /** Takes no more jobs and waits for those in hand, without a limit of its own. */
  close(): Promise<void>;
}

interface JobWorkerParts {
  readonly pool: Pool;
  readonly perform: PerformJob;
  readonly metrics: JobMetrics;
  readonly log: Log;
  readonly concurrency: number;
  readonly pollMs: number;
}

const START_PAUSE_MS = 500;
const SILENT = new Logger(() => () => {});

/** Takes jobs from the queue until it is closed. The first process that starts makes the queue's schema. */
export function startJobWorker({ pool, perform, metrics, log, concurrency, pollMs }: JobWorkerParts): JobWorker {
  const state = createStateLog(log, 'the job worker');
  const stopping = new AbortController();
  const started = start();

  return {
    async close() {
      stopping.abort();
      await (await started)?.stop();
    },
  };

  /** The database need not be up: the start is repeated until it succeeds. */
  async function start(): Promise<Runner | undefined> {
    while (!stopping.signal.aborted) {
      try {
        const runner = await run({
          pgPool: pool,
          concurrency,
          pollInterval: pollMs,
          noHandleSignals: true,
          crontab: '',
          logger: SILENT,
          taskList: { [TASK]: handle },
          // One of them asks for all: each by itself would ask as often.
          preset: { worker: { localQueue: { size: concurrency } } },
        });
        state.works();
        return runner;
      } catch (error) {
        state.fails(error);
        await sleep(START_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {}); // Told to stop.
      }
    }
    return undefined;
  }

  /** What it throws is tried again by graphile-worker; an attempt that failed is no such thing. */
  async function handle(payload: unknown, { job, addJob }: JobHelpers): Promise<void> {
    const queued = payload as QueuedAttempt;
    const crashes = job.attempts - 1;
    const starts = queued.starts + crashes;
    const delivery = { ...jobSchema.parse(queued.job), attempt: queued.attempt, starts, crashes };
    const startedAtMs = performance.now();
    const verdict = await perform(delivery);
    report(delivery, verdict, performance.now() - startedAtMs);
    if (verdict.kind === 'ended') return;
    const attempt = queued.attempt + (verdict.counted ? 1 : 0);
    const next: QueuedAttempt = { ...queued, attempt, starts: starts + 1 };
    await addJob(TASK, next, { runAt: new Date(Date.now() + verdict.inMs), jobKey: keyOf(next) });
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
