import type { ExperimentHandle, WorkloadSpec } from '@lab/sdk';
import { login, tenantSlug } from '../shared/bookshop.ts';

const busyTenants = 4;
/** Many, and with stock: a run must not sell them out. */
const busyBooks = 400;

export const workload: WorkloadSpec = {
  script: 'workload.js',
  ratePerSecond: 60,
  echoRatePerSecond: 10,
  prepare: async (h) => {
    const tenants = await Promise.all(
      Array.from({ length: busyTenants }, (_, index) => busyTenant(h, tenantSlug(index + 1))),
    );
    return { LAB_TENANTS: JSON.stringify(tenants) };
  },
};

async function busyTenant(h: ExperimentHandle, slug: string): Promise<unknown> {
  const token = await h.once(`token:${slug}:admin`, () => login(h, slug, 'admin'));
  const rows = await h.database.query(
    `SELECT b.id FROM books b JOIN tenants t ON t.id = b.tenant_id
     WHERE t.slug = $1 AND b.stock > 20 ORDER BY b.id LIMIT $2`,
    [slug, busyBooks],
  );
  return { token, books: rows.map((row) => String(row['id'])) };
}
