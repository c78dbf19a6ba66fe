import type { WorkloadSpec } from '@lab/sdk';
import { shopLoad } from '../shared/shop-load.ts';
import { signInAll } from './experiments/clients.ts';

/** Of four shops, each at the same even pace: half of the smallest plan. */
const load = shopLoad({ ratePerSecond: 30, busyBooks: 10 });

export const workload: WorkloadSpec = {
  ...load,
  prepare: async (h) => {
    const variables = await load.prepare(h);
    await signInAll(h);
    return variables;
  },
};
