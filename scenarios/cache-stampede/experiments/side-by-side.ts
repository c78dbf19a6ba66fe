import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { createBookshop } from '../../shared/bookshop.ts';
import { createStorefront, markOf } from '../../shared/storefront.ts';
import { experimentTenants, tenantSlug } from '../../shared/tenants.ts';
import { replicaFor } from './crowd.ts';

const readersOfEach = 3;
/** Until all who have come wait for a load, or join one. */
const joinedMs = 250;

/**
 * Pages that have nothing to do with each other are made at the same time by one replica: two books, and the first page
 * of two shops, which go by the same name in each shop. What each reader is shown must be what was asked for.
 */
export const sideBySide: Experiment = {
  id: 'side-by-side',
  title: 'One replica makes several pages at the same time, of two shops',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const books = await createBookshop(h).coldBooks(2);
    const storefront = createStorefront(h);
    const shops = unreadShops(h).slice(0, 2);
    const first = await h.database.query(
      `SELECT DISTINCT ON (t.slug) t.slug, b.id FROM books b JOIN tenants t ON t.id = b.tenant_id
       WHERE t.slug = ANY ($1::text[]) ORDER BY t.slug, b.title, b.id`,
      [shops],
    );
    const asked = [
      ...books.map((book) => ({ page: storefront.bookPage(book), mark: markOf(book.id) })),
      ...first.map(({ slug, id }) => ({ page: storefront.listPage(String(slug)), mark: markOf(String(id)) })),
    ];
    // Shops are found out by name first: of that the tables must not be in the way.
    for (const slug of [...shops, ...books.map(({ tenant }) => tenant)]) {
      const unknown = { id: '00000000-0000-4000-a000-000000000000', tenant: slug };
      await storefront.bookPage(unknown).visit({ replica: replicaFor(h, 0), client: 'opening', view: 'opening' });
    }
    await using tables = await h.database.lockTables();
    const reading = asked.flatMap(({ page }) =>
      Array.from({ length: readersOfEach }, (_, index) =>
        page.identify({ replica: replicaFor(h, 0), client: `${page.key} ${index + 1}`, view: 'side-by-side' }),
      ),
    );
    const reached = await tables.blocks(replicaFor(h, 0), 1_500);
    await h.clock.sleep(joinedMs);
    await tables.release();
    await Promise.all(reading);
    const facts = Object.fromEntries(asked.map(({ page, mark }) => [page.key, mark]));
    return reached ? { reached, facts } : { reached, note: 'nobody asked the database for a page', facts };
  },
};

/** Of neither the load nor the other experiments; of each attempt its own. */
function unreadShops(h: ExperimentHandle): readonly string[] {
  const others = Array.from({ length: 16 }, (_, index) => tenantSlug(index + 5));
  return others.filter((slug) => !experimentTenants(h.seed).includes(slug)).slice(2 * (h.attempt - 1));
}
