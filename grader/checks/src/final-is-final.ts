import type { Check } from '@lab/sdk';
import { generousMs } from './charges.ts';
import { seconds } from './evidence-views.ts';
import { letterFindings, lettersOf, times } from './letters.ts';
import { notMeasured } from './not-measured.ts';
import { ofOrders } from './order-finding.ts';
import { triedOrders } from './provider-log.ts';

interface FinalIsFinalOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly groups: readonly string[];
  /** A refusal for good is with the operators this soon. */
  readonly letterWithinMs: number;
}

/** What another attempt cannot mend is asked once, and then a person is told. */
export function finalIsFinal(options: FinalIsFinalOptions): Check {
  const { groups, letterWithinMs, ...facts } = options;
  return {
    ...facts,
    judge: (evidence) => {
      if (!facts.experiments.some((experiment) => evidence.selected.includes(experiment))) return [];
      const [orders, letters] = [triedOrders(evidence, groups), lettersOf(evidence)];
      if (orders === null || letters === null) return [notMeasured('The provider’s log was not read')];
      const asked = orders.filter(({ calls }) => calls.length > 0);
      if (asked.length === 0) return [notMeasured('None of these orders reached the provider')];
      const limitMs = generousMs(letterWithinMs, evidence);
      const once = asked.filter(({ calls }) => calls.length === 1);
      const isLate = ({ order, calls }: (typeof once)[number]): boolean =>
        (letters.get(order)?.seenAtMs ?? 0) - (calls[0]?.endMs ?? Number.POSITIVE_INFINITY) > limitMs;
      return [
        ...ofOrders({
          code: 'ASKED_AGAIN',
          of: asked.length,
          orders: asked.filter(({ calls }) => calls.length > 1),
          example: ({ order, told, calls }) =>
            `${order} was answered ${told}, which is final, and the provider was asked ${times(calls.length)}.`,
          expected: 'asked once',
        }),
        ...letterFindings(once, letters),
        ...ofOrders({
          code: 'DEAD_LETTER_LATE',
          of: once.length,
          orders: once.filter(isLate),
          example: ({ order, told }) =>
            `${order} was answered ${told}, which is final, and had no dead letter ${seconds(limitMs)} later.`,
          expected: `a dead letter within ${seconds(limitMs)}`,
        }),
      ];
    },
  };
}
