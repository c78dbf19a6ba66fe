import type { Check, Evidence, Finding } from '@lab/sdk';
import { chargesOf } from './charges.ts';
import { lettersOf, times } from './letters.ts';
import { notMeasured } from './not-measured.ts';
import { ofOrders } from './order-finding.ts';
import { type TriedOrder, triedOrders } from './provider-log.ts';

interface TriedUntilChargedOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly groups: readonly string[];
}

/** What passes is tried again, charges the order once, and the order shows it. */
export function triedUntilCharged(options: TriedUntilChargedOptions): Check {
  const { groups, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      if (!facts.experiments.some((experiment) => evidence.selected.includes(experiment))) return [];
      const orders = triedOrders(evidence, groups)?.filter(({ calls }) => calls.length > 0);
      if (orders === undefined || chargesOf(evidence) === null) {
        return [notMeasured('The provider’s log was not read')];
      }
      if (orders.length === 0) return [notMeasured('None of these orders reached the provider')];
      return chargedOnceAndShown(evidence, orders, ({ order, told, calls }) => {
        const given = lettersOf(evidence)?.has(order) === true ? ', given up' : '';
        return `${order} was answered ${told}, which passes, was tried ${times(calls.length)}${given} and never charged.`;
      });
    },
  };
}

/** Of each order: one charge, and the last look at it says that it is paid. */
export function chargedOnceAndShown(
  evidence: Evidence,
  orders: readonly TriedOrder[],
  uncharged: (order: TriedOrder) => string,
): readonly Finding[] {
  const charges = Map.groupBy(chargesOf(evidence) ?? [], ({ reference }) => reference);
  const count = ({ order }: TriedOrder): number => charges.get(order)?.length ?? 0;
  const looks = evidence.history.filter(({ view, outcome }) => view === 'order-paid' && outcome === 'ok');
  const shows = new Map(looks.map(({ key, value }) => [key, value]));
  const of = orders.length;
  return [
    ...ofOrders({
      code: 'NOT_CHARGED',
      of,
      orders: orders.filter((order) => count(order) === 0),
      example: uncharged,
      expected: 'one charge each',
    }),
    ...ofOrders({
      code: 'CHARGED_TWICE',
      of,
      orders: orders.filter((order) => count(order) > 1),
      example: (order) => `${order.order} was charged ${count(order)} times.`,
      expected: 'one charge each',
    }),
    ...ofOrders({
      code: 'NOT_SHOWN_AS_PAID',
      of,
      orders: orders.filter((order) => count(order) === 1 && shows.has(order.order) && shows.get(order.order) !== 1),
      example: ({ order }) => `${order} was charged, and does not show that it is paid.`,
      expected: 'each shows that it is paid',
    }),
  ];
}
