import type { describeFaults } from '@lab/faults';
import type { FaultFacts } from './lab-facts.ts';
import type { WithoutChecks } from './with-checks.ts';

/** Faults by hand as they are declared, in their order. */
export function faultFacts(described: ReturnType<typeof describeFaults>): WithoutChecks<FaultFacts>[] {
  return described.map(({ id, title, about, isOneShot, parameters }) => ({
    id,
    page: `/reference/faults/#${id}`,
    title,
    about,
    isOneShot,
    parameters: parameters.map((one) => ({ ...one, usual: String(one.usual) })),
  }));
}
