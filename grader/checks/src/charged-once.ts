import type { Check, Evidence, Finding } from '@lab/sdk';
import { attemptOf, type Charge, chargesOf, ordersOf } from './charges.ts';
import { moment, price, recordsOf } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface ChargedOnceOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** What was done to the order of an experiment, as a sentence. */
  readonly circumstances: Readonly<Record<string, string>>;
  /** The experiment that waited for every order and read the ledger. */
  readonly settled: string;
  /** Also look at the orders of the load, whose charges nobody else accounts for. */
  readonly alsoLoad?: boolean;
}

/** No order is charged twice: the provider's ledger decides, whatever the service's tables say. */
export function chargedOnce(options: ChargedOnceOptions): Check {
  const { circumstances, settled, alsoLoad = false, ...facts } = options;
  return {
    ...facts,
    experiments: [...facts.experiments, settled],
    judge: (evidence) => {
      const charges = chargesOf(evidence);
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (charges === null) return asked.length === 0 ? [] : [notMeasured('The provider’s ledger was not read')];
      const byReference = Map.groupBy(charges, ({ reference }) => reference);
      return [
        ...asked.flatMap((experiment) => twice(evidence, { experiment, byReference, circumstances })),
        ...unreached(evidence, asked),
        ...(alsoLoad ? loadChargedTwice(evidence, byReference) : []),
      ];
    },
  };
}

interface Context {
  readonly experiment: string;
  readonly byReference: ReadonlyMap<string, readonly Charge[]>;
  readonly circumstances: Readonly<Record<string, string>>;
}

function twice(evidence: Evidence, { experiment, byReference, circumstances }: Context): readonly Finding[] {
  return ordersOf(evidence, [experiment]).flatMap((order): Finding[] => {
    const charges = byReference.get(order.key) ?? [];
    if (charges.length < 2) return [];
    const point = attemptOf(evidence, order)?.facts[`point:${order.key}`];
    return [
      {
        code: 'CHARGED_TWICE',
        severity: 'failure',
        message: `Order ${order.key} over ${price(order.value)} was charged ${charges.length} times: ${describe(charges)}. ${circumstances[experiment] ?? ''}${typeof point === 'string' ? ` ${point}` : ''} See operation ${order.id}.`,
        measured: { text: `${charges.length} charges`, value: charges.length, unit: 'charges' },
        expected: { text: 'one charge', value: 1, unit: 'charges' },
        atMs: charges[1]?.atMs ?? order.startMs,
        refs: { experiment, operations: [order.id], during: duringOf(evidence, charges[1]) },
      },
    ];
  });
}

/**
 * A point that was never reached proves nothing: said, and not held against anybody. Where none of a check's points
 * was, the check has seen nothing and cannot pass.
 */
function unreached(evidence: Evidence, experiments: readonly string[]): readonly Finding[] {
  const missed = experiments.filter((experiment) => !recordsOf(evidence, experiment).some(({ reached }) => reached));
  const severity = missed.length === experiments.length ? 'inconclusive' : 'note';
  return missed.map((experiment): Finding => {
    const records = recordsOf(evidence, experiment);
    return {
      code: 'POINT_NOT_REACHED',
      severity,
      message: `In ${records.length} attempts the lab did not meet this service at the point that "${experiment}" needs (${records.at(-1)?.note ?? 'no reason given'}).`,
      measured: { text: 'not reached' },
      expected: { text: 'reached' },
      atMs: records.at(-1)?.startMs ?? null,
      refs: { experiment },
    };
  });
}

function loadChargedTwice(evidence: Evidence, byReference: Context['byReference']): readonly Finding[] {
  const ours = new Set(evidence.history.map(({ key }) => key));
  const doubled = [...byReference].filter(([reference, charges]) => charges.length > 1 && !ours.has(reference));
  const [first] = doubled;
  if (first === undefined) return [];
  const [reference, charges] = first;
  return [
    {
      code: 'LOAD_CHARGED_TWICE',
      severity: 'failure',
      message: `${doubled.length} of ${byReference.size} orders of the daily load were charged more than once while workers died and came back, order ${reference} for example: ${describe(charges)}.`,
      measured: { text: `${doubled.length} orders`, value: doubled.length, unit: 'orders' },
      expected: { text: 'none', value: 0, unit: 'orders' },
      atMs: charges[1]?.atMs ?? null,
      refs: { during: duringOf(evidence, charges[1]) },
    },
  ];
}

/** `by worker-1 at 8.31 s, by worker-2 0.92 s later`. */
function describe(charges: readonly Charge[]): string {
  const shown = charges.slice(0, 4).map((charge, index) => {
    const before = charges[index - 1];
    return before === undefined
      ? `by ${charge.caller} at ${moment(charge.atMs)}`
      : `by ${charge.caller} ${moment(charge.atMs - before.atMs)} later`;
  });
  return charges.length > shown.length ? `${shown.join(', ')}, and so on` : shown.join(', ');
}

/** Faults that were in force shortly before the charge. */
function duringOf(evidence: Evidence, charge: Charge | undefined): readonly string[] {
  if (charge === undefined) return [];
  const recent = evidence.timeline.filter(
    ({ event, state, atMs }) =>
      event === 'fault' && state === 'on' && atMs <= charge.atMs && charge.atMs - atMs < beforeMs,
  );
  return [...new Set(recent.map(({ name }) => name))];
}

const beforeMs = 3_000;
