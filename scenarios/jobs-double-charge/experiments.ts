import type { Experiment } from '@lab/sdk';
import { aroundTheCharge } from './experiments/around-the-charge.ts';
import { atCommits } from './experiments/at-commits.ts';
import { atRest } from './experiments/at-rest.ts';
import { equalOrders } from './experiments/equal-orders.ts';
import { providerAway, whileAway } from './experiments/provider-away.ts';
import { settle } from './experiments/settle.ts';
import { storesAway } from './experiments/stores-away.ts';

/** In this order. Those that kill come one after the other; the provider's absence is of one order alone. */
export const experiments: readonly Experiment[] = [
  ...atRest,
  equalOrders,
  ...aroundTheCharge,
  ...atCommits,
  ...storesAway,
  whileAway,
  ...providerAway,
  settle,
];
