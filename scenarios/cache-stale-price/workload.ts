import { shopLoad } from '../shared/shop-load.ts';

export const workload = shopLoad({ ratePerSecond: 150, busyBooks: 10, withWords: true });
