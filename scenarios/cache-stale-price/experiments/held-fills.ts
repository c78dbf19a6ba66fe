import type { ApiName, DatabaseHold, Experiment, ExperimentHandle, ExperimentOutcome, Operation } from '@lab/sdk';
import {
  type Bookshop,
  type ColdBook,
  createBookshop,
  putInDemand,
  settlePrice,
  waitForShortLivedKeys,
} from '../../shared/bookshop.ts';
import { readDetailEverywhere, roles } from './roles.ts';
import { letMinutesPass } from './time-passes.ts';

interface HeldFill {
  readonly shop: Bookshop;
  readonly book: ColdBook;
  readonly writer: ApiName;
  readonly reader: ApiName;
  /** The price that the held reader is expected to read: the one before the save. */
  readonly oldPrice: number;
}

/**
 * A book whose next reader misses. On odd attempts one in demand whose price has been saved before,
 * on even ones a book that nobody has asked for: some caches take in only the one, some have the
 * other in store already.
 */
async function bookToMiss(
  h: ExperimentHandle,
  guardsEnd: (bookId: string) => Promise<void> = (bookId) => waitForShortLivedKeys(h, [bookId], guardMsMax),
): Promise<HeldFill | null> {
  const shop = createBookshop(h);
  const { writer, reader } = roles(h, 'reader');
  const [book] = await shop.coldBooks(1);
  if (book === undefined) return null;
  if (h.attempt % 2 === 0) {
    // The login is not part of the race.
    await shop.readSearch(book, writer);
    return { shop, book, writer, reader, oldPrice: book.priceCents };
  }
  await putInDemand(h, shop, book);
  const oldPrice = shop.nextPrice(book);
  const first = await shop.setPrice(book, writer, oldPrice);
  const saved = await settlePrice(h, shop, { book, replica: writer, priceCents: oldPrice, first });
  // What guards the book after that save must be over, or it would guard this fill too.
  await guardsEnd(book.id);
  return saved.outcome === 'ok' ? { shop, book, writer, reader, oldPrice } : null;
}

interface CaughtRead {
  readonly heldRead: Promise<Operation>;
  /** The reader waits for the tables: it has missed. */
  readonly caught: boolean;
}

/** Sends the read while the tables are locked, and waits until it stands before them or was answered without them. */
async function catchRead(h: ExperimentHandle, held: HeldFill, tables: DatabaseHold): Promise<CaughtRead> {
  let answered = false;
  const heldRead = held.shop.readDetail(held.book, held.reader).finally(() => {
    answered = true;
  });
  const untilMs = h.clock.nowMs() + 1_500;
  while (!answered && h.clock.nowMs() < untilMs) {
    if (await tables.blocks(held.reader, 0)) return { heldRead, caught: true };
    await h.clock.sleep(2);
  }
  return { heldRead, caught: false };
}

const notCaught: ExperimentOutcome = { reached: false, note: 'the reader did not ask the database' };
const notRead: ExperimentOutcome = {
  reached: false,
  note: 'the reader had not read the row yet when its cache link was held',
};

/**
 * A reader has missed and has read the old row; its fill is held on its way to the cache. The price
 * is saved meanwhile. Then the fill arrives.
 */
export function lateFill(id: string, title: string, holdAfterAnswerMs: number): Experiment {
  return {
    id,
    title,
    phase: 'disturb',
    disturbsLoad: true,
    needsRest: true,
    // Another request of the same replica may be the one that is seen to wait; the self-check notices.
    attemptsMax: 8,
    run: async (h) => {
      const held = await (holdAfterAnswerMs > 0
        ? bookToMiss(h, (bookId) => letMinutesPass(h, [bookId]))
        : bookToMiss(h));
      if (held === null) return { reached: false, note: 'the book could not be prepared' };
      const tables = await h.database.lockTables();
      const { heldRead, caught } = await catchRead(h, held, tables);
      if (!caught) {
        await tables.release();
        await heldRead;
        return notCaught;
      }
      const link = await h.links.hold(held.reader, 'redis-cache');
      await tables.release();
      await waitUntilRead(h, held.reader);
      const write = await writeWhileHeld(h, held);
      if (write.done && holdAfterAnswerMs > 0) {
        await h.clock.sleep(holdAfterAnswerMs);
        // What guards against this fill for a while must not be what makes it harmless.
        await waitForShortLivedKeys(h, [held.book.id], guardMsMax);
      }
      await link.release();
      const read = await heldRead;
      await settleAndLook(h, held, write);
      const readOld = read.outcome === 'ok' && read.value === held.oldPrice;
      const facts = { heldMs: Math.round(write.heldMs), waitedForReader: write.waitedForReader };
      return readOld || write.waitedForReader ? { reached: true, facts } : { ...notRead, facts };
    },
  };
}

/** Guards that live longer are not waited for. */
const guardMsMax = 3_000;

async function settleAndLook(h: ExperimentHandle, held: HeldFill, write: HeldWrite): Promise<void> {
  const { shop, book, writer } = held;
  await settlePrice(h, shop, { book, replica: writer, priceCents: write.priceCents, first: await write.answer });
  await readDetailEverywhere(h, shop, book);
}

/** The reader's sessions come to rest once it has the row; one that locks it while it fills stays busy. */
async function waitUntilRead(h: ExperimentHandle, reader: ApiName): Promise<void> {
  const limitMs = h.clock.nowMs() + 150;
  while (h.clock.nowMs() < limitMs && (await h.database.activeSessions(reader)) > 0) await h.clock.sleep(2);
}

interface HeldWrite {
  readonly priceCents: number;
  readonly answer: ReturnType<Bookshop['setPrice']>;
  /** The writer was answered while the fill was held. */
  readonly done: boolean;
  /** The writer waited in the database for the reader: it cannot go on before the reader does. */
  readonly waitedForReader: boolean;
  readonly heldMs: number;
}

const answerLimitMs = 6_000;

/** Saves the price while the fill is held, and holds on until the writer answers: a lock that lapses must lapse. */
async function writeWhileHeld(h: ExperimentHandle, { shop, book, writer, reader }: HeldFill): Promise<HeldWrite> {
  const priceCents = shop.nextPrice(book);
  const fromMs = h.clock.nowMs();
  let done = false;
  let waitedForReader = false;
  const answer = shop.setPrice(book, writer, priceCents).then((operation) => {
    done = true;
    return operation;
  });
  while (!done && !waitedForReader && h.clock.nowMs() - fromMs < answerLimitMs) {
    await h.clock.sleep(5);
    waitedForReader = !done && (await h.database.isBlockedBy(writer, reader));
  }
  return { priceCents, answer, done, waitedForReader, heldMs: h.clock.nowMs() - fromMs };
}

/** Shorter than any time-out of a cache client that a page can afford, so that the reader goes on when released. */
const replyHeldMsMax = 120;

/**
 * As the late fill, but the reader's question to the cache has been answered and the answer is held:
 * a reader that asks first and fills then acts on what was true before the save.
 */
export const lateReply: Experiment = {
  id: 'late-reply',
  title: 'A reader asks the cache whether it may fill; the answer arrives after the save',
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  attemptsMax: 12,
  run: async (h) => {
    const held = await bookToMiss(h);
    if (held === null) return { reached: false, note: 'the book could not be prepared' };
    const tables = await h.database.lockTables();
    const { heldRead, caught } = await catchRead(h, held, tables);
    if (!caught) {
      await tables.release();
      await heldRead;
      return notCaught;
    }
    const link = await h.links.hold(held.reader, 'redis-cache', 'replies');
    const fromMs = h.clock.nowMs();
    await tables.release();
    await waitUntilRead(h, held.reader);
    const write = await writeWhileHeld(h, held);
    const heldMs = Math.round(h.clock.nowMs() - fromMs);
    await link.release();
    const read = await heldRead;
    await settleAndLook(h, held, write);
    const readOld = read.outcome === 'ok' && read.value === held.oldPrice;
    const facts = { heldMs, waitedForReader: write.waitedForReader };
    if (!readOld && !write.waitedForReader) return { ...notRead, facts };
    return heldMs <= replyHeldMsMax || write.waitedForReader
      ? { reached: true, facts }
      : { reached: false, note: `the save took ${heldMs} ms, so the reader had given up waiting`, facts };
  },
};

/** Two saves of one book: the first has committed, its cache work is held; the second goes through whole. */
export const twoWriters: Experiment = {
  id: 'two-writers',
  title: 'Two people save the price of one book through two replicas',
  phase: 'disturb',
  disturbsLoad: true,
  needsRest: true,
  run: async (h) => {
    const shop = createBookshop(h);
    const { writer, reader } = roles(h, 'writer');
    const [book] = await shop.coldBooks(1);
    if (book === undefined) return { reached: false, note: 'no unread book left' };
    await shop.readDetail(book, reader);
    await using hold = await h.database.lockRows('SELECT 1 FROM books WHERE id = $1 FOR UPDATE', [book.id]);
    const firstPrice = shop.nextPrice(book);
    const first = shop.setPrice(book, writer, firstPrice, 'writer-1');
    const reached = await hold.blocks(writer, 1_500);
    const link = await h.links.hold(writer, 'redis-cache');
    await hold.release();
    await waitUntilRead(h, writer);
    const secondPrice = shop.nextPrice(book);
    const second = await shop.setPrice(book, reader, secondPrice, 'writer-2');
    await link.release();
    await first;
    await settlePrice(h, shop, { book, replica: reader, priceCents: secondPrice, first: second });
    await readDetailEverywhere(h, shop, book);
    return reached ? { reached } : { reached, note: 'the first writer did not wait for the row' };
  },
};
