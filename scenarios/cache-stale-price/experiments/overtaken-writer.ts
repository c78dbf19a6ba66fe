import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop, settlePrice } from '../../shared/bookshop.ts';
import { readDetailEverywhere, roles } from './roles.ts';

/** Each answer of the database is this late for the first writer: between beginning and change another save has room. */
const lateMs = 400;

/** The save that began first is committed last: what was taken down at the beginning of each says the opposite. */
export const overtakenWriter: Experiment = {
  id: 'overtaken-writer',
  title: 'A save begins, and another one of the same book is begun and done before the first changes the row',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer, reader } = roles(h, 'writer');
    const [book] = await shop.coldBooks(1);
    if (book === undefined) return { reached: false, note: 'no unread book left' };
    await shop.readDetail(book, reader);
    const shopId = await shopIdOf(h, book);
    await using slow = await h.links.delay([writer], 'postgres', { latencyMs: lateMs, jitterMs: 0 });
    const firstPrice = shop.nextPrice(book);
    const first = shop.setPrice(book, writer, firstPrice, 'writer-1');
    const begun = await hasBegun(h, shopId);
    const secondPrice = shop.nextPrice(book);
    const second = await shop.setPrice(book, reader, secondPrice, 'writer-2');
    await settlePrice(h, shop, { book, replica: reader, priceCents: secondPrice, first: second });
    await first;
    await slow.release();
    await readDetailEverywhere(h, shop, book);
    if (!begun) return { reached: false, note: 'the first save was not seen to begin' };
    const overtaken = (await priceInDatabase(h, book)) === firstPrice;
    return overtaken ? { reached: true } : { reached: false, note: 'the first save was not overtaken' };
  },
};

/** A transaction names its shop when it begins, and nobody else is at work in this one. */
async function hasBegun(h: ExperimentHandle, shopId: string): Promise<boolean> {
  const untilMs = h.clock.nowMs() + lateMs;
  while (h.clock.nowMs() < untilMs) {
    const [found] = await h.database.query(
      'SELECT 1 FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND position($1 IN query) > 0',
      [shopId],
    );
    if (found !== undefined) return true;
    await h.clock.sleep(5);
  }
  return false;
}

async function shopIdOf(h: ExperimentHandle, book: ColdBook): Promise<string> {
  const [row] = await h.database.query('SELECT tenant_id FROM books WHERE id = $1', [book.id]);
  return String(row?.['tenant_id']);
}

async function priceInDatabase(h: ExperimentHandle, book: ColdBook): Promise<number> {
  const [row] = await h.database.query('SELECT price_cents FROM books WHERE id = $1', [book.id]);
  return Number(row?.['price_cents']);
}
