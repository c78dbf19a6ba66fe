import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { createBookshop, putInDemand, readAround, settlePrice } from '../../shared/bookshop.ts';
import { readDetailEverywhere, roles } from './roles.ts';

/** What a restart does to a cache that keeps nothing on disk: markers, leases and versions are gone with the entries. */
async function emptyCache(h: ExperimentHandle): Promise<void> {
  await h.cache.command('FLUSHALL');
}

/** Whatever the save had put there to keep readers away is gone before its change can be seen. */
export const emptiedMidway: Experiment = {
  id: 'emptied-midway',
  title: 'The cache is restarted empty while a save waits inside its COMMIT, and other replicas read the book',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer, reader, other } = roles(h, 'writer');
    const [book] = await shop.coldBooks(1);
    if (book === undefined) return { reached: false, note: 'no unread book left' };
    await putInDemand(h, shop, book);
    await using hold = await h.database.gateCommits({ mentions: book.id });
    const priceCents = shop.nextPrice(book);
    const answer = shop.setPrice(book, writer, priceCents);
    const reached = await hold.blocks(writer, 1_500);
    if (reached) {
      await emptyCache(h);
      await readAround(
        h.clock,
        [reader, other],
        (replica) => shop.readDetail(book, replica, { timeoutMs: 400 }),
        [0, 0],
      );
    }
    await hold.release();
    await settlePrice(h, shop, { book, replica: writer, priceCents, first: await answer });
    await readDetailEverywhere(h, shop, book);
    return reached ? { reached } : { reached, note: 'the writer did not wait for the lock' };
  },
};

/** Replicas may have copies of their own, and what says that they are old is gone. */
export const emptiedAfter: Experiment = {
  id: 'emptied-after',
  title: 'A price is saved, and the cache is restarted empty',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer } = roles(h, 'writer');
    const [book] = await shop.coldBooks(1);
    if (book === undefined) return { reached: false, note: 'no unread book left' };
    await putInDemand(h, shop, book);
    const priceCents = shop.nextPrice(book);
    const first = await shop.setPrice(book, writer, priceCents);
    const saved = await settlePrice(h, shop, { book, replica: writer, priceCents, first });
    await emptyCache(h);
    await readDetailEverywhere(h, shop, book);
    return saved.outcome === 'ok' ? { reached: true } : { reached: false, note: 'the price could not be saved' };
  },
};
