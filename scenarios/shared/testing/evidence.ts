import type { Check, Evidence, ExperimentRecord, Operation, ProviderCharge, Sample, Scenario } from '@lab/sdk';

/** A run of a scenario in a healthy lab, in which nothing happened but what the test says. */
export function evidenceOf(scenario: Pick<Scenario, 'id' | 'experiments'>, change: Partial<Evidence> = {}): Evidence {
  return {
    schemaVersion: 1,
    scenario: scenario.id,
    run: '20260304-050607-ab12',
    seed: 1,
    history: [],
    samples: [],
    timeline: [],
    experiments: [],
    tables: [],
    exits: [],
    labHealth: {
      echo: { requests: 100, failed: 0, p95Ms: 2, maxMs: 9 },
      load: { planned: 100, delivered: 100, dropped: 0 },
      canaries: [],
      runnerStallMsMax: 0,
      problem: null,
    },
    referenceBaseline: null,
    selected: scenario.experiments.map(({ id }) => id),
    ...change,
  };
}

/** A read of the page of a book that was answered. */
export function pageRead(change: Partial<Operation> = {}): Operation {
  return {
    id: 1,
    client: 'reader',
    kind: 'read',
    view: 'detail',
    replica: 'api-1',
    key: 'book-1',
    value: 1_000,
    startMs: 100,
    endMs: 105,
    outcome: 'ok',
    status: 200,
    ...change,
  };
}

/** An order that was accepted: 12.50, through the first replica. */
export function orderPlaced(change: Partial<Operation> = {}): Operation {
  const order = { kind: 'write', client: 'customer', view: 'order', key: 'order-1', value: 1_250 } as const;
  return pageRead({ ...order, startMs: 0, endMs: 20, status: 201, ...change });
}

/** The provider's ledger: orders of 12.50 that the first worker had charged. */
export function chargesOf(
  ...charges: readonly Pick<ProviderCharge, 'reference' | 'atMs'>[]
): Evidence['tables'][number] {
  return { table: 'charges', rows: charges.map((one) => ({ ...one, amountCents: 1_250, caller: 'worker-1' })) };
}

/** A first attempt of an experiment, which reached its barrier. */
export function attemptOf(experiment: string, change: Partial<ExperimentRecord> = {}): ExperimentRecord {
  return { experiment, attempt: 1, reached: true, startMs: 0, endMs: 5_000, keys: [], facts: {}, ...change };
}

/** A figure of the calm stretch; `name` is a kind of request. */
export function calmSample(series: string, value: number, name?: string): Sample {
  return { atMs: 1_000, series, value, labels: { window: 'calm', ...(name === undefined ? {} : { name }) } };
}

/** The check of this name, without the scenario's id before it. Throws `RangeError` where there is none. */
export function checkNamed({ id, checks }: Pick<Scenario, 'id' | 'checks'>, name: string): Check {
  const found = checks.find((check) => check.id === `${id}/${name}`);
  if (found === undefined) throw new RangeError(`${id} has no check "${name}".`);
  return found;
}

/** The codes of what a check finds, in its order. */
export function codesOf(check: Check, evidence: Evidence): readonly string[] {
  return check.judge(evidence).map(({ code }) => code);
}

/** What a check finds in evidence with exactly its limit, and with one more: the story's figure must be the judged one. */
export function codesAround(
  check: Check,
  limit: number,
  evidenceWith: (value: number) => Evidence,
): readonly (readonly string[])[] {
  return [limit, limit + 1].map((value) => codesOf(check, evidenceWith(value)));
}
