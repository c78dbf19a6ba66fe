import type { ApiName, Experiment, ExperimentHandle } from '@lab/sdk';
import { createBookshop, putInDemand, readAround, settlePrice } from '../../shared/bookshop.ts';
import { readDetailEverywhere, roles } from './roles.ts';

/** The writer cannot reach the cache; its readers can. */
export const writerCut: Experiment = {
  id: 'writer-cut',
  title: 'A price is saved through a replica that has lost its connection to the cache',
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  run: (h) => writeThroughFault(h, (writer) => h.links.cut([writer], 'redis-cache')),
};

/** As above, but the connection stands and nothing comes back. */
export const writerHeld: Experiment = {
  id: 'writer-held',
  title: 'A price is saved through a replica whose cache connection hangs',
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  run: (h) => writeThroughFault(h, (writer) => h.links.hold(writer, 'redis-cache')),
};

async function writeThroughFault(
  h: ExperimentHandle,
  breakLink: (writer: ApiName) => ReturnType<ExperimentHandle['links']['hold']>,
): Promise<{ reached: boolean }> {
  const shop = createBookshop(h);
  const { writer } = roles(h, 'writer');
  const [book] = await shop.coldBooks(1);
  if (book === undefined) return { reached: false };
  await readAround(h.clock, h.replicas, (replica) => shop.readDetail(book, replica), [0, 0]);
  const fault = await breakLink(writer);
  const priceCents = shop.nextPrice(book);
  await shop.setPrice(book, writer, priceCents);
  await readDetailEverywhere(h, shop, book);
  await fault.release();
  // A refusal must be over once the cache is back, and the price must show then too.
  const again = shop.nextPrice(book);
  const first = await shop.setPrice(book, writer, again);
  await settlePrice(h, shop, { book, replica: writer, priceCents: again, first });
  await readDetailEverywhere(h, shop, book);
  return { reached: true };
}

/**
 * The writer reaches the cache before its change and not after it: what it had to do there in the
 * end is not done, and readers have been there meanwhile.
 */
export const writerCutMidway: Experiment = {
  id: 'writer-cut-midway',
  title: 'A replica loses its connection to the cache between the two halves of a save',
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer, reader, other } = roles(h, 'writer');
    const [book] = await shop.coldBooks(1);
    if (book === undefined) return { reached: false };
    await putInDemand(h, shop, book);
    const hold = await h.database.lockRows('SELECT 1 FROM books WHERE id = $1 FOR UPDATE', [book.id]);
    const priceCents = shop.nextPrice(book);
    const answer = shop.setPrice(book, writer, priceCents);
    const reached = await hold.blocks(writer, 1_500);
    await readAround(h.clock, [reader, other], (replica) => shop.readDetail(book, replica, { timeoutMs: 400 }), [0, 0]);
    const fault = await h.links.cut([writer], 'redis-cache');
    await hold.release();
    await answer;
    await readDetailEverywhere(h, shop, book);
    await fault.release();
    const again = shop.nextPrice(book);
    const first = await shop.setPrice(book, writer, again);
    await settlePrice(h, shop, { book, replica: writer, priceCents: again, first });
    await readDetailEverywhere(h, shop, book);
    return reached ? { reached } : { reached, note: 'the writer did not wait for its row' };
  },
};

/** The readers' replica hears nothing of the change: no invalidation, no message reaches it. */
export const readerCut: Experiment = {
  id: 'reader-cut',
  title: 'A price is saved while another replica has lost its connection to the cache',
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  run: (h) => readThroughFault(h, (reader) => h.links.cut([reader], 'redis-cache')),
};

/** As above, but its connection stands: nothing tells it that it hears nothing. */
export const readerHeld: Experiment = {
  id: 'reader-held',
  title: "A price is saved while another replica's cache connection hangs",
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  run: (h) => readThroughFault(h, (reader) => h.links.hold(reader, 'redis-cache', 'replies')),
};

async function readThroughFault(
  h: ExperimentHandle,
  breakLink: (reader: ApiName) => ReturnType<ExperimentHandle['links']['hold']>,
): Promise<{ reached: boolean }> {
  const shop = createBookshop(h);
  const { writer, reader } = roles(h, 'reader');
  const [book] = await shop.coldBooks(1);
  if (book === undefined) return { reached: false };
  await readAround(h.clock, h.replicas, (replica) => shop.readDetail(book, replica), [0, 0]);
  await using fault = await breakLink(reader);
  const priceCents = shop.nextPrice(book);
  const first = await shop.setPrice(book, writer, priceCents);
  await settlePrice(h, shop, { book, replica: writer, priceCents, first });
  await readDetailEverywhere(h, shop, book);
  await fault.release();
  await readDetailEverywhere(h, shop, book);
  return { reached: true };
}

const roundsWhileGone = 3;
/** Two and a half times what the story allows: longer waits prove nothing more. */
const readWhileGoneMs = 2_500;

/** No replica reaches the cache: the shop goes on from the database. */
export function cacheGone(id: string, title: string, kind: 'cut' | 'hold'): Experiment {
  return {
    id,
    title,
    phase: 'disturb',
    disturbsLoad: true,
    run: async (h) => {
      const shop = createBookshop(h);
      const books = await shop.coldBooks(20);
      await Promise.all(books.slice(0, 10).map((book) => shop.readDetail(book, h.random.pick(h.replicas))));
      const faults =
        kind === 'cut'
          ? [await h.links.cut(h.replicas, 'redis-cache')]
          : await Promise.all(h.replicas.map((replica) => h.links.hold(replica, 'redis-cache')));
      const fromMs = h.clock.nowMs();
      for (let round = 0; round < roundsWhileGone; round += 1) {
        const startedMs = h.clock.nowMs();
        await Promise.all(
          books.map((book, index) =>
            shop.readDetail(book, h.random.pick(h.replicas), { client: `reader-${index}`, timeoutMs: readWhileGoneMs }),
          ),
        );
        if (h.clock.nowMs() - startedMs >= readWhileGoneMs) break;
      }
      const toMs = h.clock.nowMs();
      await Promise.all(faults.map((fault) => fault.release()));
      return { reached: true, facts: { fromMs, toMs } };
    },
  };
}
