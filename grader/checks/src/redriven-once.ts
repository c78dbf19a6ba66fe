import type { Check, Finding } from '@lab/sdk';
import { chargesOf } from './charges.ts';
import { notMeasured } from './not-measured.ts';
import { triedOrders } from './provider-log.ts';
import { chargedOnceAndShown } from './tried-until-charged.ts';

interface RedrivenOnceOptions extends Pick<Check, 'id' | 'title' | 'points' | 'lesson' | 'experiments'> {
  readonly groups: readonly string[];
}

/** What operators redrive, with two clicks at once, is charged once. */
export function redrivenOnce(options: RedrivenOnceOptions): Check {
  const { groups, ...facts } = options;
  return {
    ...facts,
    judge: (evidence): readonly Finding[] => {
      if (!facts.experiments.some((experiment) => evidence.selected.includes(experiment))) return [];
      const orders = triedOrders(evidence, groups)?.filter(({ redrivenMs }) => redrivenMs !== null);
      if (orders === undefined || chargesOf(evidence) === null) {
        return [notMeasured('The provider’s log was not read')];
      }
      if (orders.length === 0) return [notMeasured('There was no dead letter to redrive')];
      return chargedOnceAndShown(
        evidence,
        orders,
        ({ order, callsAfterRedrive }) =>
          `${order} was given up and redriven, when the provider would have charged it; it was ${callsAfterRedrive.length === 0 ? 'not tried again' : 'tried again'} and not charged.`,
      );
    },
  };
}
