import type { Evidence, ExperimentRecord, Operation } from '@lab/sdk';
import { operationsOf, recordsOf } from './evidence-views.ts';

/** Money that moved, from the payment provider's own ledger: evidence table `charges`. */
export interface Charge {
  readonly reference: string;
  readonly amountCents: number;
  readonly caller: string;
  readonly atMs: number;
}

/** The provider's ledger in order of time; null when it was not read. */
export function chargesOf(evidence: Evidence): readonly Charge[] | null {
  const tables = evidence.tables.filter(({ table }) => table === 'charges');
  const last = tables.at(-1);
  if (last === undefined) return null;
  return last.rows
    .map((row) => ({
      reference: String(row['reference']),
      amountCents: Number(row['amountCents']),
      caller: String(row['caller']),
      atMs: Number(row['atMs']),
    }))
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** Orders that the lab's clients placed in these experiments, by the answer they got. */
export function ordersOf(evidence: Evidence, experiments: readonly string[]): readonly Operation[] {
  return operationsOf(evidence, experiments).filter(({ kind, view }) => kind === 'write' && view === 'order');
}

/** The attempt in which an order was placed. */
export function attemptOf(evidence: Evidence, order: Operation): ExperimentRecord | undefined {
  return recordsOf(evidence, order.experiment ?? '').find(
    ({ startMs, endMs }) => startMs <= order.startMs && order.startMs <= endMs,
  );
}

/** A limit on time that grows on a machine that has none: with the echo's latency, and with the lab's own slowest question. */
export function generousMs(limitMs: number, { labHealth }: Evidence): number {
  const slowestMs = Math.max(0, ...labHealth.canaries.map(({ maxMs }) => maxMs));
  return Math.max(limitMs, labHealth.echo.p95Ms * 20, slowestMs * 3);
}
