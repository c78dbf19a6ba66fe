import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { attemptOf, type Charge, chargesOf, ordersOf } from './charges.ts';
import { moment, operationList, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface NoneLostOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly circumstances: Readonly<Record<string, string>>;
  /** The experiment that waited for every order; fact `waitedMs`. */
  readonly settled: string;
}

/** Every order that was accepted is charged, once all that hindered it is over: late is right, never is not. */
export function noneLost(options: NoneLostOptions): Check {
  const { circumstances, settled, ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, settled],
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      const charges = chargesOf(evidence);
      if (charges === null) return asked.length === 0 ? [] : [notMeasured('The provider’s ledger was not read')];
      const charged = new Set(charges.map(({ reference }) => reference));
      const waited = recordsOf(evidence, settled).at(-1)?.facts['waitedMs'];
      const waitedMs = typeof waited === 'number' ? waited : 0;
      return [
        ...asked.flatMap((experiment) => lost(evidence, { experiment, charged, circumstances, waitedMs })),
        ...staysDown(evidence),
      ];
    },
  };
}

interface Context {
  readonly experiment: string;
  readonly charged: ReadonlySet<Charge['reference']>;
  readonly circumstances: Readonly<Record<string, string>>;
  readonly waitedMs: number;
}

function lost(evidence: Evidence, context: Context): readonly Finding[] {
  const { experiment, charged, circumstances, waitedMs } = context;
  const accepted = ordersOf(evidence, [experiment]).filter(({ outcome }) => outcome === 'ok');
  const missing = accepted.filter(({ key }) => !charged.has(key));
  const first: Operation | undefined = missing[0];
  if (first === undefined) return [];
  const ids = missing.map(({ id }) => id);
  const point = attemptOf(evidence, first)?.facts[`point:${first.key}`];
  return [
    {
      code: 'NEVER_CHARGED',
      severity: 'failure',
      message: `${missing.length} of ${accepted.length} accepted orders had not been charged ${moment(waitedMs)} after the last fault was over, order ${first.key} for example, accepted at ${moment(first.endMs)}. ${circumstances[experiment] ?? ''}${typeof point === 'string' ? ` ${point}` : ''} See ${operationList(ids)}.`,
      measured: { text: `${missing.length} not charged`, value: missing.length, unit: 'orders' },
      expected: { text: 'none', value: 0, unit: 'orders' },
      atMs: first.endMs,
      refs: { experiment, operations: ids.slice(0, 5) },
    },
  ];
}

function staysDown(evidence: Evidence): readonly Finding[] {
  const refused = evidence.timeline.filter(({ name, state }) => name === 'process-down' && state === 'stays');
  const [first] = refused;
  if (first === undefined) return [];
  return [
    {
      code: 'PROCESS_STAYS_DOWN',
      severity: 'failure',
      message: `${String(first.detail?.['replica'])} did not come up again after it had been killed, at ${moment(first.atMs)}.`,
      measured: { text: `${refused.length} starts failed`, value: refused.length, unit: 'starts' },
      expected: { text: 'every start succeeds', value: 0, unit: 'starts' },
      atMs: first.atMs,
      refs: {},
    },
  ];
}
