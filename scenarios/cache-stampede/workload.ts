import type { WorkloadSpec } from '@lab/sdk';
import { shopLoad } from '../shared/shop-load.ts';
import { tokenOf } from '../shared/staff.ts';
import { experimentTenants, loadTenants } from '../shared/tenants.ts';
import { ratePerSecond } from './figures.ts';

/**
 * The public reads lists. They stay in the cache for minutes, so that what experiments count at the database is their
 * own. The experiments' staff signs in before it.
 */
export const workload: WorkloadSpec = {
  ...shopLoad({ ratePerSecond, busyBooks: 1 }),
  prepare: async (h) => {
    await Promise.all(experimentTenants(h.seed).map((slug) => tokenOf(h, slug)));
    // Nobody signs in to read, and no book is asked for by its id.
    return { LAB_TENANTS: JSON.stringify(loadTenants().map((slug) => ({ slug, token: '', books: [] }))) };
  },
};
