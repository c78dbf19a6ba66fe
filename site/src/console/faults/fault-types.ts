import type { ActiveFault, FaultFacts } from '@lab/faults';

/** What `/api/faults` answers. */
export interface FaultsDocument {
  readonly scenario: string;
  readonly faults: readonly FaultFacts[];
  readonly active: readonly ActiveFault[];
}

export type { ActiveFault, FaultFacts };
