import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { UploadKind } from './upload.ts';

export type WorkOutcome = 'ready' | 'rejected' | 'failed' | 'retried' | 'postponed' | 'lost-claim';

export interface WaitingUploads {
  readonly count: number;
  readonly oldestSeconds: number;
}

export interface UploadMetrics {
  /** Returns the function that ends the measurement. */
  startStoreCall(operation: string): (outcome: 'ok' | 'failed') => void;
  /** One attempt of a worker at an upload. */
  attempt(sample: { kind: UploadKind; outcome: WorkOutcome; durationMs: number }): void;
  /** What the sweeper has cleared away. */
  swept(what: string, count: number): void;
  /** Uploads that were confirmed and are not settled. */
  watchWaiting(waiting: () => Promise<WaitingUploads>): void;
}

const DURATION_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export function createUploadMetrics(registry: Registry): UploadMetrics {
  const registers = [registry];
  const storeCalls = new Histogram({
    name: 'object_store_duration_seconds',
    help: 'Time to the answer of one call to the object store.',
    labelNames: ['operation', 'outcome'],
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  const attempts = new Histogram({
    name: 'upload_attempt_duration_seconds',
    help: 'Time of one attempt to scan and process an upload.',
    labelNames: ['kind', 'outcome'],
    buckets: DURATION_BUCKETS_S,
    registers,
  });
  const swept = new Counter({
    name: 'uploads_swept_total',
    help: 'Uploads and objects that the sweeper has cleared away.',
    labelNames: ['what'],
    registers,
  });
  return {
    startStoreCall(operation) {
      const done = storeCalls.startTimer({ operation });
      return (outcome) => void done({ outcome });
    },
    attempt: ({ kind, outcome, durationMs }) => attempts.observe({ kind, outcome }, durationMs / 1_000),
    swept: (what, count) => swept.inc({ what }, count),
    watchWaiting(waiting) {
      const oldest = new Gauge({
        name: 'uploads_oldest_waiting_seconds',
        help: 'Age of the oldest upload that was confirmed and is not settled.',
        registers,
      });
      new Gauge({
        name: 'uploads_waiting',
        help: 'Uploads of all tenants that were confirmed and are not settled.',
        registers,
        async collect() {
          const { count, oldestSeconds } = await waiting();
          this.set(count);
          oldest.set(oldestSeconds);
        },
      });
    },
  };
}
