import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BackfillProgress, BatchResult } from './backfill-repository.ts';
import type { HoldReason } from './throttle.ts';

export interface BackfillMetrics {
  batch(sample: Pick<BatchResult, 'seen' | 'changed'> & { readonly tookMs: number }): void;
  /** A batch that was rolled back by a lock or its time limit. */
  undone(): void;
  held(reason: HoldReason, ms: number): void;
  /** As Prometheus text. */
  render(progress: readonly BackfillProgress[]): Promise<string>;
}

const BATCH_BUCKETS_S = [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1];

/** Of one run; what has been done in all is in the table. */
export function createBackfillMetrics(name: string): BackfillMetrics {
  const registry = new Registry();
  const registers = [registry];
  const durations = new Histogram({
    name: 'backfill_batch_duration_seconds',
    help: 'Time of one batch, which is one transaction.',
    labelNames: ['backfill'],
    buckets: BATCH_BUCKETS_S,
    registers,
  });
  const undone = new Counter({
    name: 'backfill_batches_undone_total',
    help: 'Batches that met a lock or took too long.',
    labelNames: ['backfill'],
    registers,
  });
  const held = new Counter({
    name: 'backfill_held_seconds_total',
    help: 'Time in which the backfill did nothing, by reason.',
    labelNames: ['backfill', 'reason'],
    registers,
  });
  const rows = new Gauge({
    name: 'backfill_rows',
    help: 'Rows that were looked at, and those of them that were wrong.',
    labelNames: ['backfill', 'kind'],
    registers,
  });
  const state = new Gauge({
    name: 'backfill_state',
    help: '1 for each state that the backfill is in.',
    labelNames: ['backfill', 'state'],
    registers,
  });

  return {
    batch: ({ tookMs }) => durations.observe({ backfill: name }, tookMs / 1_000),
    undone: () => undone.inc({ backfill: name }),
    held: (reason, ms) => held.inc({ backfill: name, reason }, ms / 1_000),
    async render(progress) {
      for (const { name: backfill, rowsSeen, rowsChanged, active, paused, finished } of progress) {
        rows.set({ backfill, kind: 'seen' }, rowsSeen);
        rows.set({ backfill, kind: 'wrong' }, rowsChanged);
        for (const [key, value] of Object.entries({ active, paused, finished })) {
          state.set({ backfill, state: key }, value ? 1 : 0);
        }
      }
      return await registry.metrics();
    },
  };
}
