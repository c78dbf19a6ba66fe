import type { ExperimentHandle, WorkloadSpec } from '@lab/sdk';
import { type StaffRole, tokenOf } from './staff.ts';
import { experimentTenants, loadTenants } from './tenants.ts';

export interface ShopLoadOptions {
  /** Planned requests per second, all kinds together. */
  readonly ratePerSecond: number;
  /** Books of each shop that are in demand. */
  readonly busyBooks: number;
  /** Copies of each book: a run must not sell them out. */
  readonly stockMin?: number;
  /** Who makes the requests of load and experiments; an editor where it is left out. */
  readonly role?: StaffRole;
  /** Books come with a word of their title to search for. */
  readonly withWords?: boolean;
}

/**
 * The load of a few busy shops. Which requests it makes says the scenario's own `workload.js`. The experiments' own staff
 * is logged in before it too: whether the service lets people in is asked while nothing is disturbed.
 */
export function shopLoad(options: ShopLoadOptions): WorkloadSpec {
  return {
    script: 'workload.js',
    ratePerSecond: options.ratePerSecond,
    echoRatePerSecond: 10,
    prepare: async (h) => {
      const [tenants] = await Promise.all([
        Promise.all(loadTenants().map((slug) => busyTenant(h, slug, options))),
        ...experimentTenants(h.seed).map((slug) => tokenOf(h, slug, options.role)),
      ]);
      return { LAB_TENANTS: JSON.stringify(tenants) };
    },
  };
}

async function busyTenant(h: ExperimentHandle, slug: string, options: ShopLoadOptions): Promise<unknown> {
  // Without a token the requests are made all the same, and refused: the checks judge that.
  const token = (await tokenOf(h, slug, options.role)) ?? '';
  const rows = await h.database.query(
    `SELECT b.id, b.title FROM books b JOIN tenants t ON t.id = b.tenant_id
     WHERE t.slug = $1 AND b.stock >= $3 ORDER BY b.id LIMIT $2`,
    [slug, options.busyBooks, options.stockMin ?? 0],
  );
  const wordOf = (title: string): string => title.split(' ')[0] ?? 'a';
  const books = rows.map(({ id, title }) => ({
    id: String(id),
    ...(options.withWords === true ? { word: wordOf(String(title)) } : {}),
  }));
  return { token, books };
}
