import type { ApiName, Experiment, ExperimentHandle } from '@lab/sdk';
import {
  type Bookshop,
  type ColdBook,
  createBookshop,
  putInDemand,
  readAround,
  settlePrice,
  waitForShortLivedKeys,
} from '../../shared/bookshop.ts';
import { staffHeaders } from '../../shared/staff.ts';
import { readDetailEverywhere, roles } from './roles.ts';

/** A locking reader may wait for the row, so reads behind a barrier get a short limit of their own. */
const behindBarrierMs = 400;

/** Below the three seconds for which the service waits for a lock. */
const heldMsMax = 2_200;

export const plainWrite: Experiment = {
  id: 'plain-write',
  title: 'A price is saved while nothing else happens, and looked up everywhere',
  phase: 'disturb',
  besideOthers: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer } = roles(h, 'writer');
    const book = await shop.listedBook();
    // Twice, so that caches inside a process are warm too.
    await readAround(h.clock, h.replicas, (replica) => shop.readDetail(book, replica), [0, 0]);
    await readAround(h.clock, h.replicas, (replica) => shop.readList(book, replica), [0]);
    await readAround(h.clock, h.replicas, (replica) => shop.readSearch(book, replica), [0]);
    const earlier = await Promise.all(h.replicas.map((replica) => shop.fetchDetail(book, replica)));
    const priceCents = shop.nextPrice(book);
    await shop.setPrice(book, writer, priceCents);
    await readDetailEverywhere(h, shop, book);
    await Promise.all(
      h.replicas.flatMap((replica, index) => {
        const before = earlier[index];
        return [
          shop.readList(book, replica),
          shop.readSearch(book, replica),
          ...(before === undefined ? [] : [shop.revalidate(book, replica, before)]),
        ];
      }),
    );
    return { reached: true };
  },
};

/** Before each attempt: who is refused comes again, with the same key. */
const bulkPausesMs = [1, 150, 300, 450];

/** Prices are saved several at a time, too: the book that is looked at is the last of them. */
export const bulkWrite: Experiment = {
  id: 'bulk-write',
  title: 'The prices of several books are saved in one request, and one of them is looked up everywhere',
  phase: 'disturb',
  besideOthers: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer } = roles(h, 'writer');
    const [beside, book] = await shop.coldBooks(2);
    if (beside === undefined || book === undefined) return { reached: false, note: 'no unread books left' };
    await putInDemand(h, shop, book);
    const priceCents = shop.nextPrice(book);
    const changes = [
      { bookId: beside.id, priceCents: shop.nextPrice(beside) },
      { bookId: book.id, priceCents },
    ];
    const headers = {
      ...(await staffHeaders(h, book.tenant)),
      'idempotency-key': `prices-${book.id}-${h.attempt}`,
    };
    for (const pauseMs of bulkPausesMs) {
      await h.clock.sleep(pauseMs);
      const { operation } = await h.request({
        replica: writer,
        client: 'writer',
        kind: 'write',
        view: 'bulk',
        key: book.id,
        method: 'POST',
        path: '/v2/books/bulk-prices',
        headers,
        body: { changes },
        value: priceCents,
      });
      if (operation.outcome === 'ok') break;
    }
    await readDetailEverywhere(h, shop, book);
    return { reached: true };
  },
};

/** The writer is held where it waits for its row: what it did to the cache before, it has done. */
export const rowHeld: Experiment = {
  id: 'row-held',
  title: 'A save waits for its row while other replicas read the book',
  phase: 'disturb',
  besideOthers: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer, reader, other } = roles(h, 'writer');
    const [book] = await shop.coldBooks(1);
    if (book === undefined) return { reached: false, note: 'no unread book left' };
    await putInDemand(h, shop, book);
    await using hold = await h.database.lockRows('SELECT 1 FROM books WHERE id = $1 FOR UPDATE', [book.id]);
    return await holdWriter(h, { shop, book, writer, readers: [reader, other], hold });
  },
};

/** The writer is held inside COMMIT: what it did to the cache inside its transaction, it has done. */
export const commitHeld: Experiment = {
  id: 'commit-held',
  title: 'A save waits inside its COMMIT while other replicas read the book',
  phase: 'disturb',
  besideOthers: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer, reader, other } = roles(h, 'writer');
    const [book] = await shop.coldBooks(1);
    if (book === undefined) return { reached: false, note: 'no unread book left' };
    await putInDemand(h, shop, book);
    await using hold = await h.database.gateCommits({ mentions: book.id });
    return await holdWriter(h, { shop, book, writer, readers: [reader, other], hold });
  },
};

interface HeldWriter {
  readonly shop: Bookshop;
  readonly book: ColdBook;
  readonly writer: ApiName;
  readonly readers: readonly [ApiName, ApiName];
  readonly hold: { blocks(replica: ApiName, withinMs: number): Promise<boolean>; release(): Promise<void> };
}

async function holdWriter(
  h: ExperimentHandle,
  { shop, book, writer, readers, hold }: HeldWriter,
): Promise<{ reached: boolean; note?: string }> {
  const priceCents = shop.nextPrice(book);
  const answer = shop.setPrice(book, writer, priceCents);
  const reached = await hold.blocks(writer, 1_500);
  if (reached) {
    // A marker that was to keep readers away must keep them away as long as the writer needs.
    await waitForShortLivedKeys(h, [book.id], heldMsMax);
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(readers.map((replica) => shop.readDetail(book, replica, { timeoutMs: behindBarrierMs })));
    }
  }
  await hold.release();
  await settlePrice(h, shop, { book, replica: writer, priceCents, first: await answer });
  await readDetailEverywhere(h, shop, book);
  return reached ? { reached } : { reached, note: 'the writer did not wait for the lock' };
}
