import type { Scenario } from '@lab/sdk';

/** The scenario under another load. */
export function withRate(scenario: Scenario, rate: number | undefined): Scenario {
  return rate === undefined ? scenario : { ...scenario, workload: { ...scenario.workload, ratePerSecond: rate } };
}
