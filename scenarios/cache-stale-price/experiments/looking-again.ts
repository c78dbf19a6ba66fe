import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop, toBook, waitForShortLivedKeys } from '../../shared/bookshop.ts';
import { roles } from './roles.ts';
import { letMinutesPass } from './time-passes.ts';

/** Readers and writers as they come, with slow links: for fixes that no barrier was made for. */
export const interleavings: Experiment = {
  id: 'interleavings',
  title: 'Readers and writers meet at random, with slow links to cache and database',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const books = await shop.coldBooks(6);
    await h.links.delay(h.replicas, 'redis-cache', { latencyMs: 20, jitterMs: 20 });
    await h.links.delay([roles(h, 'reader').reader], 'postgres', { latencyMs: 15, jitterMs: 15 });
    const endMs = h.clock.nowMs() + 1_000;
    const writing = async (book: ColdBook): Promise<void> => {
      while (h.clock.nowMs() < endMs) {
        await shop.setPrice(book, h.random.pick(h.replicas), shop.nextPrice(book), `writer-${book.id}`);
        await h.clock.sleep(h.random.integer(0, 120));
      }
    };
    const reading = async (book: ColdBook, client: string): Promise<void> => {
      while (h.clock.nowMs() < endMs) {
        await shop.readDetail(book, h.random.pick(h.replicas), { client });
        await h.clock.sleep(h.random.integer(0, 15));
      }
    };
    await Promise.all(books.flatMap((book, index) => [writing(book), reading(book, `reader-${index}`)]));
    return { reached: true };
  },
};

const rereadAtOnce = 5;

/** Longer than any short-lived key can still live. */
const hidingMsMax = 6_500;

/** Every book of the earlier experiments twice more: after what lapses soon has lapsed, and minutes later. */
export const reread: Experiment = {
  id: 'reread',
  title: 'Every book of the experiments is read again, and once more when minutes have passed for the cache',
  phase: 'recover',
  timeoutMs: 25_000,
  run: async (h) => {
    const keys = h.usedKeys();
    await waitForShortLivedKeys(
      h,
      keys.map((used) => used.key),
      hidingMsMax,
    );
    const rows = await h.database.query(
      `SELECT b.id, t.slug, b.title, b.price_cents FROM books b JOIN tenants t ON t.id = b.tenant_id
       WHERE b.id = ANY ($1::uuid[])`,
      [keys.map((used) => used.key)],
    );
    const books = rows.map(toBook);
    await readAll(h, books);
    await letMinutesPass(h);
    await readAll(h, books);
    const facts = Object.fromEntries(books.map((book) => [book.id, book.priceCents]));
    return { reached: true, facts };
  },
};

async function readAll(h: ExperimentHandle, books: readonly ColdBook[]): Promise<void> {
  const shop = createBookshop(h);
  for (let first = 0; first < books.length; first += rereadAtOnce) {
    const some = books.slice(first, first + rereadAtOnce);
    await Promise.all(some.flatMap((book) => h.replicas.map((replica) => shop.readDetail(book, replica))));
  }
}

/** What the cache holds after the run, and for how long. */
export const storedKeys: Experiment = {
  id: 'stored-keys',
  title: 'The keys in the cache are counted, with the time they still have',
  phase: 'recover',
  run: async (h) => {
    const keys = await h.cache.keys(20_000);
    const forever = keys.filter(({ ttlMs }) => ttlMs === -1);
    return {
      reached: true,
      facts: { keys: keys.length, withoutExpiry: forever.length, example: forever[0]?.key ?? null },
    };
  },
};
