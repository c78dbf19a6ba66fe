import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop, settlePrice } from '../../shared/bookshop.ts';
import { createStorefront, type PublicPage } from '../../shared/storefront.ts';
import { openShop, replicaFor } from './crowd.ts';

/** Rounds, so that an old copy is not a matter of the first moment only. */
const lookMs = [1, 40, 300];

async function lookEverywhere(h: ExperimentHandle, page: PublicPage): Promise<void> {
  for (const pauseMs of lookMs) {
    await h.clock.sleep(pauseMs);
    await Promise.all(
      h.replicas.map((replica) => page.visit({ replica, client: `reader-${replica}`, view: 'storefront' })),
    );
  }
}

async function save(h: ExperimentHandle, book: ColdBook, replica = replicaFor(h, 1)): Promise<void> {
  const shop = createBookshop(h);
  const priceCents = shop.nextPrice(book);
  const first = await shop.setPrice(book, replica, priceCents);
  await settlePrice(h, shop, { book, replica, priceCents, first });
}

/** Nothing is slow, nobody else asks. */
export const plainSave: Experiment = {
  id: 'plain-save',
  title: 'A price is saved whose page every replica has shown',
  phase: 'disturb',
  besideOthers: true,
  run: async (h) => {
    const [book] = await createBookshop(h).coldBooks(1);
    if (book === undefined) return { reached: false, note: 'no unread book left' };
    const page = createStorefront(h).bookPage(book);
    await lookEverywhere(h, page);
    await save(h, book);
    await lookEverywhere(h, page);
    return { reached: true };
  },
};

/** Below the time-out of a statement. */
const heldMs = 400;
/** Longer than the story allows. */
const besideMs = 2_500;

/**
 * One replica has read the row for a page and has not heard of it yet: the database's replies to it are held. Meanwhile
 * a price is saved, then the same page is asked for there; and other pages are asked for everywhere else.
 */
export const heldLoad: Experiment = {
  id: 'held-load',
  title: 'A price is saved while its page is being made, and somebody asks for the page after that',
  phase: 'disturb',
  disturbsLoad: true,
  attemptsMax: 6,
  run: async (h) => {
    const [book, other] = await createBookshop(h).coldBooks(2);
    if (book === undefined || other === undefined) return { reached: false, note: 'no unread book left' };
    const storefront = createStorefront(h);
    const [page, warm] = [storefront.bookPage(book), storefront.listPage(book.tenant)];
    await openShop(h, warm);
    const [slow, ...others] = [replicaFor(h, 0), replicaFor(h, 1), replicaFor(h, 2)] as const;
    const tables = await h.database.lockTables();
    const early = page.visit({ replica: slow, client: 'early', view: 'storefront' });
    const caught = await tables.blocks(slow, 1_500);
    const link = await h.links.hold(slow, 'postgres', 'replies');
    await tables.release();
    await untilRead(h, slow);
    const visitBeside = (one: PublicPage, replica: typeof slow) =>
      one.visit({ replica, client: `beside-${replica}`, view: 'beside', timeoutMs: besideMs });
    await Promise.all([
      ...others.map((replica) => visitBeside(storefront.bookPage(other), replica)),
      visitBeside(warm, slow),
    ]);
    await save(h, book);
    const late = page.visit({ replica: slow, client: 'late', view: 'storefront' });
    await h.clock.sleep(heldMs);
    await link.release();
    const [{ value }] = await Promise.all([early, late]);
    await lookEverywhere(h, page);
    const reached = caught && value === book.priceCents;
    return reached ? { reached } : { reached, note: 'the reader had not read the row when the replies were held' };
  },
};

/** Its sessions come to rest once the database has answered them. */
async function untilRead(h: ExperimentHandle, replica: ReturnType<typeof replicaFor>): Promise<void> {
  const limitMs = h.clock.nowMs() + 200;
  while (h.clock.nowMs() < limitMs && (await h.database.activeSessions(replica)) > 0) await h.clock.sleep(5);
}
