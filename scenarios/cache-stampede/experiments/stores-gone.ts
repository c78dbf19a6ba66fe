import type { Experiment, Operation } from '@lab/sdk';
import { createBookshop } from '../../shared/bookshop.ts';
import { createStorefront } from '../../shared/storefront.ts';
import { openShop } from './crowd.ts';

const goneMs = 600;
const askedEveryMs = 60;
/** What the story gives the service to come back. */
const backMs = 1_000;

/** Pages that are in no cache cannot be made. What was said then must not be said when the database is back. */
export const databaseGone: Experiment = {
  id: 'database-gone',
  title: 'Readers ask for pages while the database cannot be reached, and again when it is back',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const books = await createBookshop(h).coldBooks(4);
    const storefront = createStorefront(h);
    const tenants = [...new Set(books.map(({ tenant }) => tenant))];
    for (const tenant of tenants) await openShop(h, storefront.listPage(tenant));
    const visitAll = (view: string) =>
      Promise.all(
        books.flatMap((book) =>
          h.replicas.map((replica) =>
            storefront
              .bookPage(book)
              .visit({ replica, client: `${view}-${replica}-${book.id}`, view, timeoutMs: 4_000 }),
          ),
        ),
      );
    await using gone = await h.links.cut(h.replicas, 'postgres');
    const untilMs = h.clock.nowMs() + goneMs;
    const asked: Operation[] = [];
    // On and on, as readers do: what counts failures counts many.
    while (h.clock.nowMs() < untilMs) {
      asked.push(...(await visitAll('without-database')));
      await h.clock.sleep(askedEveryMs);
    }
    await gone.release();
    await h.clock.sleep(backMs);
    await visitAll('database-back');
    const failed = asked.filter(({ outcome }) => outcome !== 'ok').length;
    const facts = { asked: asked.length, failed };
    return failed > 0 ? { reached: true, facts } : { reached: false, note: 'every page was in some cache', facts };
  },
};

const roundsWhileGone = 2;
const readWhileGoneMs = 2_500;

/** The cache helps to spare the database. It is not needed for a page. */
export function cacheGone(id: string, title: string, kind: 'cut' | 'hold'): Experiment {
  return {
    id,
    title,
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const books = await createBookshop(h).coldBooks(12);
      const storefront = createStorefront(h);
      const faults =
        kind === 'cut'
          ? [await h.links.cut(h.replicas, 'redis-cache')]
          : await Promise.all(h.replicas.map((replica) => h.links.hold(replica, 'redis-cache')));
      const fromMs = h.clock.nowMs();
      for (let round = 0; round < roundsWhileGone; round += 1) {
        const startedMs = h.clock.nowMs();
        await Promise.all(
          books.map((book, index) => {
            const visit = { replica: h.random.pick(h.replicas), client: `reader-${index}`, view: 'without-cache' };
            return storefront.bookPage(book).visit({ ...visit, timeoutMs: readWhileGoneMs });
          }),
        );
        if (h.clock.nowMs() - startedMs >= readWhileGoneMs) break;
      }
      const toMs = h.clock.nowMs();
      await Promise.all(faults.map((fault) => fault.release()));
      return { reached: true, facts: { fromMs, toMs } };
    },
  };
}

/** What the cache holds after the run, and for how long. */
export const storedKeys: Experiment = {
  id: 'stored-keys',
  title: 'The keys in the cache are counted, with the time they still have',
  phase: 'recover',
  run: async (h) => {
    const keys = await h.cache.keys(20_000);
    const forever = keys.filter(({ ttlMs }) => ttlMs === -1);
    const facts = { keys: keys.length, withoutExpiry: forever.length, example: forever[0]?.key ?? null };
    return { reached: true, facts };
  },
};
