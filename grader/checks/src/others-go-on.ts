import type { Check, Finding } from '@lab/sdk';
import { chargesOf, generousMs, ordersOf } from './charges.ts';
import { moment, operationList, seconds } from './evidence-views.ts';
import { notMeasured } from './not-measured.ts';
import { ofOrders } from './order-finding.ts';
import { triedOrders } from './provider-log.ts';

interface OthersGoOnOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Orders that nothing is wrong with, placed while others wait for another attempt. */
  readonly groups: readonly string[];
  readonly withinMs: number;
}

/** While some orders wait for another attempt, all are accepted, and the others are charged. */
export function othersGoOn(options: OthersGoOnOptions): Check {
  const { groups, withinMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      const asked = facts.experiments.filter((experiment) => evidence.selected.includes(experiment));
      if (asked.length === 0) return [];
      const [others, charges] = [triedOrders(evidence, groups), chargesOf(evidence)];
      if (others === null || charges === null) return [notMeasured('The provider’s log was not read')];
      const refused = refusedOrders(ordersOf(evidence, asked));
      if (others.length === 0) return refused.length > 0 ? refused : [notMeasured('No other order was placed')];
      const limitMs = generousMs(withinMs, evidence);
      const chargedAt = new Map(charges.map(({ reference, atMs }) => [reference, atMs]));
      return [
        ...refused,
        ...ofOrders({
          code: 'OTHERS_WAITED',
          of: others.length,
          orders: others.filter(
            ({ order, waitsFromMs }) => (chargedAt.get(order) ?? Number.POSITIVE_INFINITY) - waitsFromMs > limitMs,
          ),
          example: ({ order, waitsFromMs }) => {
            const atMs = chargedAt.get(order);
            const came =
              atMs === undefined ? 'was not charged at all' : `was charged after ${moment(atMs - waitsFromMs)}`;
            return `nothing was wrong with ${order}, and while others waited for another attempt it ${came}.`;
          },
          expected: `charged within ${seconds(limitMs)}`,
        }),
      ];
    },
  };
}

/** One that was not accepted may be the machine's. */
function refusedOrders(orders: ReturnType<typeof ordersOf>): readonly Finding[] {
  const refused = orders.filter(({ outcome }) => outcome !== 'ok');
  const [first] = refused;
  if (first === undefined || refused.length < 2) return [];
  const ids = refused.map(({ id }) => id);
  return [
    {
      code: 'ORDERS_REFUSED',
      severity: 'failure',
      message: `${refused.length} of ${orders.length} orders were not accepted, the first at ${moment(first.startMs)} (status ${first.status}). The shop itself was well. See ${operationList(ids)}.`,
      measured: { text: `${refused.length} refused`, value: refused.length, unit: 'orders' },
      expected: { text: 'none', value: 0, unit: 'orders' },
      atMs: first.startMs,
      refs: { operations: ids.slice(0, 5) },
    },
  ];
}
