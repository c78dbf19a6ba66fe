import { shopLoad } from '../shared/shop-load.ts';

export const workload = shopLoad({ ratePerSecond: 40, busyBooks: 400, stockMin: 21, role: 'admin' });
