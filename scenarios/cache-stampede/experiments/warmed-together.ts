import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop } from '../../shared/bookshop.ts';
import { createStorefront, type PublicPage } from '../../shared/storefront.ts';
import { ageMsMax, windowMs } from '../figures.ts';
import { openShop, replicaFor } from './crowd.ts';
import { unknownBook } from './crowds.ts';

const books = 60;
const unknown = 3;
/** Few, so that each answer comes soon after its page was made. */
const atATime = 6;
/** Pages are looked at more often when their time is about to end. */
const everyMs = { early: 500, late: windowMs };
const lateFromMs = 3_500;
/**
 * From the last look that saw the old page to the answer of the first that saw the new one, at three of four: farther
 * apart than that, lives that differ look as if they could be equal.
 */
const betweenMsMax = 350;
/** More pages than this that were not kept at all: once more, whoever was disturbed is not disturbed twice. */
const lostShareMax = 0.1;
const importedAfterMs = 300;
/** More than any price of the shop, and added to each: what is as high was made after the import. */
export const importedCents = 100_000;
/** Beyond the age that the story allows: the look that finds out. */
const lookedForMs = ageMsMax + 600;

/**
 * Sixty pages are made in one go, through one replica, as the nightly job does it. Then an import changes all the
 * rows and tells nobody. From then on a page that shows the new price has been made again: so each look says whether the
 * old page is still kept, whatever it is kept in.
 */
export const warmedTogether: Experiment = {
  id: 'warmed-together',
  title: 'Sixty pages are made in one go, and looked at until each has been made again',
  phase: 'disturb',
  timeoutMs: 20_000,
  attemptsMax: 2,
  run: async (h) => {
    const some = await createBookshop(h).coldBooks(books);
    const tenant = some[0]?.tenant;
    if (tenant === undefined || some.length < books) return { reached: false, note: 'too few unread books left' };
    const storefront = createStorefront(h);
    await openShop(h, storefront.listPage(tenant));
    const missing = Array.from({ length: unknown }, () => unknownBook(h));
    const pages = some.map((book) => storefront.bookPage(book));
    const unknownPages = missing.map((id) => storefront.bookPage({ id, tenant }));
    const fromMs = h.clock.nowMs();
    const job = { replica: replicaFor(h, 0), view: 'warming' };
    await Promise.all(
      Array.from({ length: atATime }, async (_, worker) => {
        const client = `job-${worker + 1}`;
        for (let index = worker; index < pages.length; index += atATime) await pages[index]?.visit({ ...job, client });
      }),
    );
    const warmedMs = h.clock.nowMs();
    const tookMs = Math.round(warmedMs - fromMs);
    await Promise.all(unknownPages.map((page, index) => page.visit({ ...job, client: `unknown-${index}` })));
    await h.clock.sleep(importedAfterMs);
    await importBooks(h, some, missing);
    const untilMs = warmedMs + lookedForMs;
    const seen = await Promise.all(
      [...pages, ...unknownPages].map((page) => lookOn(h, page, { fromMs: warmedMs, untilMs })),
    );
    const betweenMs = seen.flatMap(({ betweenMs: of }) => (of === null ? [] : [of])).toSorted((a, b) => a - b);
    const betweenP75Ms = Math.round(betweenMs[Math.floor(betweenMs.length * 0.75)] ?? 0);
    const lost = seen.slice(0, books).filter(({ atOnce }) => atOnce).length;
    const facts = { tookMs, betweenP75Ms, lost };
    if (betweenP75Ms > betweenMsMax) return { reached: false, note: `looks were ${betweenP75Ms} ms apart`, facts };
    if (lost > books * lostShareMax && h.attempt === 1) {
      return { reached: false, note: `${lost} pages were not kept at all`, facts };
    }
    return { reached: true, facts };
  },
};

/** By the lab's own connection, as an import would: ShelfWise is not told. */
export async function importBooks(
  h: ExperimentHandle,
  some: readonly ColdBook[],
  missing: readonly string[] = [],
): Promise<void> {
  const ids = some.map(({ id }) => id);
  await h.database.query('UPDATE books SET price_cents = price_cents + $2 WHERE id = ANY ($1::uuid[])', [
    ids,
    importedCents,
  ]);
  for (const id of missing) {
    await h.database.query(
      `INSERT INTO books (tenant_id, id, isbn, title, author_name, description, price_cents, currency, stock)
       SELECT tenant_id, $1::uuid, left($1::uuid::text, 13), title, author_name, description, price_cents, currency, stock
       FROM books WHERE id = $2::uuid`,
      [id, ids[0]],
    );
  }
}

interface Seen {
  /** From the last look that saw the old page to the first that saw the new one; null where there were not both. */
  readonly betweenMs: number | null;
  /** The first look saw the new page already. */
  readonly atOnce: boolean;
}

/** Looks until the page has been made again, at its own pace. */
async function lookOn(
  h: ExperimentHandle,
  page: PublicPage,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Promise<Seen> {
  let oldMs: number | null = null;
  let dueMs = h.clock.nowMs() + h.random.integer(1, everyMs.early);
  while (dueMs < untilMs) {
    await h.clock.sleep(Math.max(1, dueMs - h.clock.nowMs()));
    const visit = { replica: h.random.pick(h.replicas), client: `look-${page.key}`, view: 'looking' };
    const { value, startMs, endMs } = await page.visit(visit);
    if (value !== null && value >= importedCents) {
      return { betweenMs: oldMs === null ? null : endMs - oldMs, atOnce: oldMs === null };
    }
    oldMs = startMs;
    dueMs = Math.max(dueMs + (dueMs < fromMs + lateFromMs ? everyMs.early : everyMs.late), endMs);
  }
  return { betweenMs: null, atOnce: false };
}
