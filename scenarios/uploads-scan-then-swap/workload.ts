import { shopLoad } from '../shared/shop-load.ts';

export const workload = shopLoad({ ratePerSecond: 40, busyBooks: 400 });
