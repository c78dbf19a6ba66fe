import { loadScenario } from '@lab/scenarios';
import type { Scenario } from '@lab/sdk';

/** Its workload logs in and finds books with stock; its stack has workers and a payment provider. */
const baseId = 'jobs-double-charge';
const script = ['..', '..', 'lab', 'bench', 'src', 'service', 'load', 'mixed-load.js'].join('/');

/** ShelfWise with the settings of production: three API processes, two workers, and the mixed load of the bench. */
export async function serviceScenario(ratePerSecond: number): Promise<Scenario> {
  const base = await loadScenario(baseId);
  const { parts } = base.stack;
  return {
    ...base,
    stack: { parts, replicas: { api: 3, worker: 2 } },
    workload: { ...base.workload, script, ratePerSecond },
  };
}
