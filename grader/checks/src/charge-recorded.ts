import type { Check, Evidence, Finding, Operation } from '@lab/sdk';
import { chargesOf, generousMs, ordersOf } from './charges.ts';
import { moment, operationList, price } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';

interface ChargeRecordedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** An order is charged, and shows it, this soon after it was accepted when nothing is wrong. */
  readonly withinMs: number;
  /** The experiments that ran while nothing was wrong. */
  readonly atRest: readonly string[];
}

/** The right amount was charged, soon when nothing is wrong, and the order shows that it is paid. */
export function chargeRecorded(options: ChargeRecordedOptions): Check {
  const { withinMs, atRest, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (chargesOf(evidence) === null) {
        return asked.length === 0 ? [] : [notMeasured('The provider’s ledger was not read')];
      }
      const resting = atRest.filter((experiment) => evidence.selected.includes(experiment));
      return [
        ...wrongAmounts(evidence, asked),
        ...notShown(evidence, asked),
        ...slow(evidence, resting, generousMs(withinMs, evidence)),
      ];
    },
  };
}

function wrongAmounts(evidence: Evidence, experiments: readonly string[]): readonly Finding[] {
  const orders = new Map(ordersOf(evidence, experiments).map((order) => [order.key, order]));
  return (chargesOf(evidence) ?? []).flatMap((charge): Finding[] => {
    const order = orders.get(charge.reference);
    if (order === undefined || order.value === charge.amountCents) return [];
    return [
      {
        code: 'WRONG_AMOUNT',
        severity: 'failure',
        message: `Order ${order.key} costs ${price(order.value)}, and ${price(charge.amountCents)} were charged at ${moment(charge.atMs)}. See operation ${order.id}.`,
        measured: { text: price(charge.amountCents), value: charge.amountCents, unit: 'cents' },
        expected: { text: price(order.value), value: order.value ?? 0, unit: 'cents' },
        atMs: charge.atMs,
        refs: { operations: [order.id] },
      },
    ];
  });
}

/** Of an order that was charged, the last look at it must say so. */
function notShown(evidence: Evidence, experiments: readonly string[]): readonly Finding[] {
  const charged = new Set((chargesOf(evidence) ?? []).map(({ reference }) => reference));
  const looks = evidence.history.filter(({ view, outcome }) => view === 'order-paid' && outcome === 'ok');
  const lastLook = new Map<string, Operation>(looks.map((look) => [look.key, look]));
  const unpaid = ordersOf(evidence, experiments).flatMap(({ key }) => {
    const look = lastLook.get(key);
    return charged.has(key) && look !== undefined && look.value !== 1 ? [look] : [];
  });
  const [first] = unpaid;
  if (first === undefined) return [];
  const ids = unpaid.map(({ id }) => id);
  return [
    {
      code: 'NOT_SHOWN_AS_PAID',
      severity: 'failure',
      message: `${unpaid.length} orders had been charged and did not show it: order ${first.key}, asked for at ${moment(first.startMs)}, is not "paid". A customer who looks will pay again. See ${operationList(ids)}.`,
      measured: { text: `${unpaid.length} orders`, value: unpaid.length, unit: 'orders' },
      expected: { text: 'none', value: 0, unit: 'orders' },
      atMs: first.startMs,
      refs: { operations: ids.slice(0, 5) },
    },
  ];
}

function slow(evidence: Evidence, experiments: readonly string[], limitMs: number): readonly Finding[] {
  const firstCharge = new Map<string, number>();
  for (const { reference, atMs } of chargesOf(evidence) ?? []) {
    if (!firstCharge.has(reference)) firstCharge.set(reference, atMs);
  }
  const late = ordersOf(evidence, experiments).filter((order) => {
    const atMs = firstCharge.get(order.key) ?? Number.POSITIVE_INFINITY;
    return order.outcome === 'ok' && atMs - order.endMs > limitMs;
  });
  const [first] = late;
  if (first === undefined) return [];
  const ids = late.map(({ id }) => id);
  const atMs = firstCharge.get(first.key);
  return [
    {
      code: 'CHARGED_LATE',
      severity: 'failure',
      message: `With nothing broken, order ${first.key} was ${atMs === undefined ? 'not charged at all' : `charged ${moment(atMs - first.endMs)} after it was accepted`}. See ${operationList(ids)}.`,
      measured: { text: `${late.length} orders later than ${moment(limitMs)}`, value: late.length, unit: 'orders' },
      expected: { text: 'none', value: 0, unit: 'orders' },
      atMs: first.endMs,
      refs: { operations: ids.slice(0, 5) },
    },
  ];
}
