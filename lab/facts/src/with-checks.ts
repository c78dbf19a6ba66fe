import type { CheckFacts } from './lab-facts.ts';

/** A fact as it is read, before anybody knows which checks it has to do with. */
export type WithoutChecks<Fact> = Omit<Fact, 'checks'>;

/** Facts with the ids of the checks that they have to do with, in the order of the checks. */
export function withChecks<Fact>(
  facts: readonly Fact[],
  checksOf: (fact: Fact) => readonly CheckFacts[],
): (Fact & { readonly checks: readonly string[] })[] {
  return facts.map((fact) => ({ ...fact, checks: checksOf(fact).map(({ id }) => id) }));
}
