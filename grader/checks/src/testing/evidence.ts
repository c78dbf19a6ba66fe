import type { Evidence, ExperimentRecord, LabHealth, Operation, Sample } from '@lab/sdk';

/** A lab that nothing disturbed. */
export const healthyLab: LabHealth = {
  echo: { requests: 100, failed: 0, p95Ms: 2, maxMs: 9 },
  load: { planned: 100, delivered: 100, dropped: 0 },
  canaries: [],
  runnerStallMsMax: 0,
  problem: null,
};

/** A read of a price that was answered. */
export function operation(change: Partial<Operation> = {}): Operation {
  return {
    id: 1,
    client: 'reader',
    kind: 'read',
    view: 'detail',
    replica: 'api-1',
    key: 'book-1',
    value: 1_000,
    startMs: 0,
    endMs: 5,
    outcome: 'ok',
    status: 200,
    ...change,
  };
}

/** A first attempt that reached its barrier. */
export function experimentRecord(change: Partial<ExperimentRecord> = {}): ExperimentRecord {
  return { experiment: 'late-fill', attempt: 1, reached: true, startMs: 0, endMs: 1, keys: [], facts: {}, ...change };
}

/** A figure of the calm stretch, with labels besides that of its window. */
export function calmSample(series: string, value: number, labels: Sample['labels'] = {}): Sample {
  return { atMs: 3_000, series, value, labels: { window: 'calm', ...labels } };
}

/** An order that was accepted: ten seconds into the run, 12.50. */
export function order(change: Partial<Operation> = {}): Operation {
  return operation({
    kind: 'write',
    view: 'order',
    client: 'customer',
    key: 'order-1',
    value: 1_250,
    startMs: 10_000,
    endMs: 10_020,
    status: 201,
    ...change,
  });
}

/** The provider's ledger: what was charged for which order, by whom and when. */
export function ledger(
  ...charges: readonly { reference: string; amountCents?: number; caller?: string; atMs?: number }[]
): Evidence['tables'][number] {
  const rows = charges.map((charge) => ({ amountCents: 1_250, caller: 'worker-1', atMs: 10_200, ...charge }));
  return { table: 'charges', rows };
}

/** A run in a healthy lab in which nothing happened; add what a test is about. */
export function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    schemaVersion: 1,
    scenario: 'shop',
    run: '20260304-050607-ab12',
    seed: 1,
    history: [],
    samples: [],
    timeline: [],
    experiments: [],
    tables: [],
    exits: [],
    labHealth: healthyLab,
    referenceBaseline: null,
    selected: [],
    ...change,
  };
}
