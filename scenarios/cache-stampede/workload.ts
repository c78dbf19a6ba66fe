import type { ExperimentHandle, WorkloadSpec } from '@lab/sdk';
import { shopLoad } from '../shared/shop-load.ts';
import { tokenOf } from '../shared/staff.ts';
import { experimentTenants, loadTenants } from '../shared/tenants.ts';
import { ratePerSecond } from './figures.ts';

const busyBooks = 10;

/**
 * The public reads lists, and the staff their books. Both stay in their caches for minutes, so that what experiments
 * count at the database is their own.
 */
export const workload: WorkloadSpec = {
  ...shopLoad({ ratePerSecond, busyBooks }),
  prepare: async (h) => {
    const [tenants] = await Promise.all([
      Promise.all(loadTenants().map((slug) => busyShop(h, slug))),
      ...experimentTenants(h.seed).map((slug) => tokenOf(h, slug)),
    ]);
    return { LAB_TENANTS: JSON.stringify(tenants) };
  },
};

async function busyShop(h: ExperimentHandle, slug: string): Promise<unknown> {
  const token = (await tokenOf(h, slug)) ?? '';
  const rows = await h.database.query(
    'SELECT b.id FROM books b JOIN tenants t ON t.id = b.tenant_id WHERE t.slug = $1 ORDER BY b.id LIMIT $2',
    [slug, busyBooks],
  );
  return { slug, token, books: rows.map(({ id }) => ({ id: String(id) })) };
}
