import type { Check } from '@lab/sdk';
import { letterFindings, lettersOf, times } from './letters.ts';
import { notMeasured } from './not-measured.ts';
import { ofOrders } from './order-finding.ts';
import { triedOrders } from './provider-log.ts';

interface AttemptsEndOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  /** Orders that are refused as often as they are tried. */
  readonly groups: readonly string[];
  readonly attemptsMax: number;
}

/** What is refused each time is tried as often as was agreed, and then a person is told. */
export function attemptsEnd(options: AttemptsEndOptions): Check {
  const { groups, attemptsMax, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      if (!facts.experiments.some((experiment) => evidence.selected.includes(experiment))) return [];
      const [orders, letters] = [triedOrders(evidence, groups), lettersOf(evidence)];
      if (orders === null || letters === null) return [notMeasured('The provider’s log was not read')];
      const asked = orders.filter(({ calls }) => calls.length > 0);
      if (asked.length === 0) return [notMeasured('None of these orders reached the provider')];
      const shared = { of: asked.length, expected: `${attemptsMax} attempts, then a dead letter` };
      return [
        ...ofOrders({
          ...shared,
          code: 'TRIED_TOO_OFTEN',
          orders: asked.filter(({ calls }) => calls.length > attemptsMax),
          example: ({ order, told, calls }) =>
            `${order}, answered ${told} each time, was tried ${times(calls.length)}.`,
        }),
        ...ofOrders({
          ...shared,
          code: 'GIVEN_UP_EARLY',
          orders: asked.filter(({ calls, order }) => calls.length < attemptsMax && letters.has(order)),
          example: ({ order, told, calls }) =>
            `${order}, answered ${told}, was given up after it had been tried ${times(calls.length)}.`,
        }),
        ...letterFindings(
          asked.filter(({ calls }) => calls.length <= attemptsMax),
          letters,
        ),
      ];
    },
  };
}
