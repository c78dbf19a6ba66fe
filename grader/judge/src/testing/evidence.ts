import type { Check, Evidence, Finding, LabHealth, Operation, Report, Scenario, VariantDeclaration } from '@lab/sdk';
import type { LabFacts } from '../judge.ts';

export const labFacts: LabFacts = {
  machine: { platform: 'linux-x64', cores: 2, memoryGiB: 24, node: '24.21.0' },
  versions: { postgres: '18.4' },
  phases: { prepare: 900, disturb: 8000 },
};

export const healthyLab: LabHealth = {
  echo: { requests: 300, failed: 0, p95Ms: 2.5, maxMs: 9.25 },
  load: { planned: 2400, delivered: 2398, dropped: 0 },
  canaries: [{ part: 'postgres', failed: 0, maxMs: 4 }],
  runnerStallMsMax: 12,
  problem: null,
};

export function operation(change: Partial<Operation> = {}): Operation {
  return {
    id: 1,
    client: 'reader-1',
    kind: 'read',
    view: 'detail',
    replica: 'api-1',
    key: 'book-1',
    value: 1200,
    startMs: 12_000.5,
    endMs: 12_004.25,
    outcome: 'ok',
    status: 200,
    ...change,
  };
}

/** A healthy run of 12 seconds with one stale read; change what a test is about. */
export function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    schemaVersion: 1,
    scenario: 'stale-reads',
    run: '20260304-050607-ab12',
    seed: 42,
    history: [
      operation({ id: 1, kind: 'write', value: 1300, endMs: 12_100, requestId: 'r-1' }),
      operation({ id: 2, experiment: 'late-fill', startMs: 12_300, endMs: 12_310 }),
      operation({ id: 3, outcome: 'unknown', status: 0, value: null, error: 'ECONNRESET' }),
    ],
    samples: [
      { atMs: 100, series: 'k6.latency_ms', value: 3.5 },
      { atMs: 200, series: 'database.statements_total', value: 18, labels: { replica: 'api-1' } },
    ],
    timeline: [
      { atMs: 0, event: 'phase', name: 'baseline', state: 'started' },
      {
        atMs: 9000,
        event: 'hold',
        name: 'row lock',
        state: 'reached',
        detail: { withinMs: 12, sure: true, note: null },
      },
    ],
    experiments: [
      {
        experiment: 'late-fill',
        attempt: 1,
        reached: false,
        note: 'no session waited',
        startMs: 1,
        endMs: 2,
        keys: [],
        facts: {},
      },
      {
        experiment: 'late-fill',
        attempt: 2,
        reached: true,
        startMs: 3,
        endMs: 4,
        keys: ['book-1'],
        facts: { reads: 3, why: null },
      },
    ],
    tables: [
      { table: 'final-books', rows: [{ id: 'book-1', priceCents: 1300, deleted: false, note: null }] },
      { table: 'Final books!', rows: [] },
    ],
    exits: [{ part: 'api-2', atMs: 11_000, exitCode: null, signal: 'SIGKILL', tail: ['last words'] }],
    labHealth: healthyLab,
    referenceBaseline: null,
    selected: ['late-fill'],
    ...change,
  };
}

export function finding(change: Partial<Finding> = {}): Finding {
  return {
    code: 'STALE_AFTER_WRITE',
    severity: 'failure',
    message: '3 of 40 reads returned a price that a finished write had replaced.',
    measured: { text: '3 old prices', value: 3, unit: 'reads' },
    expected: { text: 'none', value: 0, unit: 'reads' },
    atMs: 12_300,
    refs: { operations: [2, 3], experiment: 'late-fill', during: ['cache held'] },
    ...change,
  };
}

export function check(name: string, change: Partial<Check> = {}): Check {
  return {
    id: `stale-reads/${name}`,
    title: `The rule of ${name} holds`,
    points: 50,
    lesson: `lessons/stale-reads#${name}`,
    experiments: ['late-fill'],
    judge: () => [],
    ...change,
  };
}

export function scenarioOf(
  checks: readonly Check[],
  variants: readonly VariantDeclaration[] = [],
): Pick<Scenario, 'id' | 'checks' | 'variants'> {
  return { id: 'stale-reads', checks, variants };
}

export const labSection: Report['lab'] = {
  run: '20260304-050607-ab12',
  problem: null,
  ...labFacts,
  load: { planned: 0, delivered: 0, dropped: 0 },
};
