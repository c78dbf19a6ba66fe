import { shopLoad } from '../shared/shop-load.ts';

/** The shop as it is always open: pages mostly, and few saves. */
export const workload = shopLoad({ ratePerSecond: 40, busyBooks: 40 });
