import type { ExperimentHandle, WorkloadSpec } from '@lab/sdk';
import { login, tenantSlug } from '../shared/bookshop.ts';

/** Shops whose customers make the load, and how many of their books are in demand. */
const busyTenants = 4;
const busyBooks = 10;

export const workload: WorkloadSpec = {
  script: 'workload.js',
  ratePerSecond: 150,
  echoRatePerSecond: 10,
  prepare: async (h) => {
    const tenants = await Promise.all(
      Array.from({ length: busyTenants }, (_, index) => busyTenant(h, tenantSlug(index + 1))),
    );
    return { LAB_TENANTS: JSON.stringify(tenants) };
  },
};

async function busyTenant(h: ExperimentHandle, slug: string): Promise<unknown> {
  const token = await h.once(`token:${slug}`, () => login(h, slug));
  const rows = await h.database.query(
    `SELECT b.id, b.title FROM books b JOIN tenants t ON t.id = b.tenant_id
     WHERE t.slug = $1 ORDER BY b.id LIMIT $2`,
    [slug, busyBooks],
  );
  const books = rows.map((row) => ({ id: String(row['id']), word: String(row['title']).split(' ')[0] ?? 'a' }));
  return { token, books };
}
