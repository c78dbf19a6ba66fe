import type { ExperimentHandle, WorkloadSpec } from '@lab/sdk';
import { createBookshop, toBook } from '../shared/bookshop.ts';
import { shopLoad } from '../shared/shop-load.ts';
import { loadTenants } from '../shared/tenants.ts';

const busyBooks = 10;
const load = shopLoad({ ratePerSecond: 150, busyBooks, withWords: true });

/**
 * The calm stretch is short, and is to be one of an ordinary day. So the books in demand have been read by then, through
 * every replica: else a cache in each process would be judged by its first seconds.
 */
export const workload: WorkloadSpec = {
  ...load,
  prepare: async (h) => {
    const environment = await load.prepare(h);
    await Promise.all(loadTenants().map((slug) => readBusyBooks(h, slug)));
    return environment;
  },
};

async function readBusyBooks(h: ExperimentHandle, slug: string): Promise<void> {
  const shop = createBookshop(h);
  const rows = await h.database.query(
    `SELECT b.id, t.slug, b.title, b.price_cents FROM books b JOIN tenants t ON t.id = b.tenant_id
     WHERE t.slug = $1 ORDER BY b.id LIMIT $2`,
    [slug, busyBooks],
  );
  await Promise.all(
    h.replicas.map(async (replica) => {
      for (const book of rows.map(toBook)) {
        const { outcome } = await shop.readDetail(book, replica, { client: `${slug} ${replica}` });
        // Whether pages are answered is asked of the load.
        if (outcome !== 'ok') return;
      }
    }),
  );
}
