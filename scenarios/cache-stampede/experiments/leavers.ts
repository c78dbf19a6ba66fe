import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { createBookshop } from '../../shared/bookshop.ts';
import { createStorefront, type PublicPage } from '../../shared/storefront.ts';
import { openShop, replicaFor } from './crowd.ts';

/** Through each replica. */
const followers = 5;
const impatientMs = 300;
/** More patient than the story allows anybody to have to be. */
const followMs = 8_000;
/** Until a replica knows that nobody waits any more, and until followers have joined. */
const noticedMs = 250;

async function coldPage(h: ExperimentHandle): Promise<PublicPage | null> {
  const [book] = await createBookshop(h).coldBooks(1);
  if (book === undefined) return null;
  const storefront = createStorefront(h);
  await openShop(h, storefront.listPage(book.tenant));
  return storefront.bookPage(book);
}

function follow(h: ExperimentHandle, page: PublicPage, names = h.replicas) {
  return names.flatMap((replica) =>
    Array.from({ length: followers }, (_, index) =>
      page.visit({ replica, client: `follower-${replica}-${index + 1}`, view: 'crowd', timeoutMs: followMs }),
    ),
  );
}

/** The page is made for all who wait, and the first of them, for whom it was begun, goes away. */
export const firstGivesUp: Experiment = {
  id: 'first-gives-up',
  title: 'The first of several readers gives up while the page is being made',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const page = await coldPage(h);
    if (page === null) return { reached: false, note: 'no unread book left' };
    const replica = replicaFor(h, 0);
    await using tables = await h.database.lockTables();
    const first = page.visit({ replica, client: 'first', view: 'first', timeoutMs: impatientMs });
    const reached = await tables.blocks(replica, 1_500);
    const following = follow(h, page);
    const { outcome } = await first;
    await h.clock.sleep(noticedMs);
    const releasedMs = h.clock.nowMs();
    await tables.release();
    await Promise.all(following);
    const facts = { releasedMs };
    if (outcome === 'ok') return { reached: false, note: 'the first reader was answered at once', facts };
    return reached ? { reached, facts } : { reached, note: 'the first reader did not ask the database', facts };
  },
};

/** Nothing that the replica had begun comes to an end: it is dead before the tables are let go. */
export const loaderDies: Experiment = {
  id: 'loader-dies',
  title: 'The replica that makes the page dies, and readers of the others wait for it',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const page = await coldPage(h);
    if (page === null) return { reached: false, note: 'no unread book left' };
    const replica = replicaFor(h, 0);
    await using tables = await h.database.lockTables();
    const first = page.visit({ replica, client: 'first', view: 'first' });
    const reached = await tables.blocks(replica, 1_500);
    const following = follow(h, page, h.replicas.slice(1));
    await h.clock.sleep(noticedMs);
    await h.processes.kill(replica);
    const releasedMs = h.clock.nowMs();
    await tables.release();
    await Promise.all([first, ...following]);
    await h.processes.start(replica);
    const facts = { releasedMs };
    return reached ? { reached, facts } : { reached, note: 'the first reader did not ask the database', facts };
  },
};
