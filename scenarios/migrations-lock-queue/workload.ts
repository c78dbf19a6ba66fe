import { shopLoad } from '../shared/shop-load.ts';

/** Pages mostly, and few of them from the database: a queue of two seconds fits into the pools of two replicas. */
export const workload = shopLoad({ ratePerSecond: 40, busyBooks: 40 });
