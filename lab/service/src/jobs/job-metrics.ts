import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { JobOutcome } from './job.ts';

export interface JobSample {
  readonly outcome: JobOutcome;
  readonly attempt: number;
  readonly durationMs: number;
}

export interface JobMetrics {
  /** One attempt at a job. */
  job(sample: JobSample): void;
  /** Age of the oldest event that waits to be published; 0 when none does. */
  outboxLag(seconds: number): void;
  watchDeadLetters(open: () => Promise<number>): void;
}

const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const ATTEMPT_BUCKETS = [1, 2, 3, 4, 6, 8, 12, 20];
/** How the payment of an order ended. A redriven order may be given up more than once. */
const PAYMENT_OUTCOMES: Partial<Record<JobOutcome, string>> = {
  charged: 'succeeded',
  declined: 'declined',
  dead: 'given-up',
};
/** An attempt with another outcome leaves the job in the queue. */
const UNFINISHED: ReadonlySet<JobOutcome> = new Set<JobOutcome>(['retried', 'postponed']);

export function createJobMetrics(registry: Registry): JobMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'jobs_total',
    help: 'Attempts at jobs, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const attemptsPerJob = new Histogram({
    name: 'job_attempts',
    help: 'Attempts that a job needed to its end.',
    buckets: ATTEMPT_BUCKETS,
    registers,
  });
  const durations = new Histogram({
    name: 'job_duration_seconds',
    help: 'Time of one attempt.',
    labelNames: ['outcome'],
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  const payments = new Counter({
    name: 'payments_total',
    help: 'Payments of orders, by outcome: succeeded, declined, or given up and left to a person.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of Object.values(PAYMENT_OUTCOMES)) payments.inc({ outcome }, 0);
  const lag = new Gauge({
    name: 'outbox_lag_seconds',
    help: 'Age of the oldest event that waits to be published.',
    registers,
  });
  return {
    job({ outcome, attempt, durationMs }) {
      attempts.inc({ outcome });
      durations.observe({ outcome }, durationMs / 1_000);
      if (!UNFINISHED.has(outcome)) attemptsPerJob.observe(attempt);
      const payment = PAYMENT_OUTCOMES[outcome];
      if (payment !== undefined) payments.inc({ outcome: payment });
    },
    outboxLag: (seconds) => lag.set(seconds),
    watchDeadLetters(open) {
      new Gauge({
        name: 'dead_letters_open',
        help: 'Dead letters that nobody has decided about, of all tenants.',
        registers,
        async collect() {
          this.set(await open());
        },
      });
    },
  };
}
