import type { Check, Evidence, Operation, Scenario } from '@lab/sdk';

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

/** The codes of what a check finds, in its order. */
export function codesOf(check: Check, evidence: Evidence): readonly string[] {
  return check.judge(evidence).map(({ code }) => code);
}
