import type { Check, Evidence, Finding, Operation } from '@lab/sdk';

interface InTime {
  /** An order is charged this soon after what was done to it is over. */
  readonly withinMs: number;
}

/**
 * The same check, which also minds when: an order that was charged in the end, and longer after the end of its own
 * experiment than was promised, waited for a run that went on and not for what had hindered it.
 */
export function inTime(check: Check, { withinMs }: InTime): Check {
  return { ...check, judge: (evidence) => [...check.judge(evidence), ...chargedLate(evidence, check, withinMs)] };
}

interface Late {
  readonly order: Operation;
  readonly atMs: number;
  readonly afterMs: number;
}

function chargedLate(evidence: Evidence, { experiments }: Check, withinMs: number): readonly Finding[] {
  const firstMs = firstCharges(evidence);
  const late = evidence.history.flatMap((order): Late[] => {
    const atMs = firstMs.get(order.key);
    const isOurs = order.kind === 'write' && order.view === 'order' && experiments.includes(order.experiment ?? '');
    const overMs = isOurs && order.outcome === 'ok' ? endOf(evidence, order) : undefined;
    if (atMs === undefined || overMs === undefined || atMs - overMs <= withinMs) return [];
    return [{ order, atMs, afterMs: atMs - overMs }];
  });
  const [worst] = late.toSorted((a, b) => b.afterMs - a.afterMs);
  if (worst === undefined) return [];
  const ids = late.map(({ order }) => order.id);
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  return [
    {
      code: 'CHARGED_LATE',
      severity: 'failure',
      message: `${late.length} orders were charged later than ${seconds(withinMs)} after what had been done to them was over, order ${worst.order.key} after ${seconds(worst.afterMs)}. See operation ${worst.order.id}.`,
      measured: { text: `${late.length} orders late`, value: late.length, unit: 'orders' },
      expected: { text: 'none', value: 0, unit: 'orders' },
      atMs: worst.atMs,
      refs: { experiment: worst.order.experiment ?? '', operations: ids.slice(0, 5) },
    },
  ];
}

function firstCharges({ tables }: Evidence): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const row of tables.findLast(({ table }) => table === 'charges')?.rows ?? []) {
    const [reference, atMs] = [String(row['reference']), Number(row['atMs'])];
    first.set(reference, Math.min(atMs, first.get(reference) ?? atMs));
  }
  return first;
}

/** When the attempt in which the order was placed was over. */
function endOf({ experiments }: Evidence, { experiment, startMs }: Operation): number | undefined {
  return experiments.find(
    (attempt) => attempt.experiment === experiment && attempt.startMs <= startMs && startMs <= attempt.endMs,
  )?.endMs;
}
