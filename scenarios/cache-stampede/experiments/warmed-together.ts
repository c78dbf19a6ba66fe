import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop } from '../../shared/bookshop.ts';
import { createStorefront, type PublicPage } from '../../shared/storefront.ts';
import { ageMsMax } from '../figures.ts';
import { openShop, replicaFor } from './crowd.ts';
import { unknownBook } from './crowds.ts';

const books = 60;
const unknown = 3;
/** Few, so that each answer comes soon after its page was made. */
const atATime = 6;
/** Pages are looked at more often when their time is about to end. */
const everyMs = { early: 500, late: 250 };
const lateFromMs = 3_500;
/** How late a look may be answered, at three of four: later than that, equal lives do not look equal any more. */
const lateMsMax = 200;
const importedAfterMs = 300;
/** More than any price of the shop, and added to each: what is as high was made after the import. */
const importedCents = 100_000;
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
    const lateMs = (
      await Promise.all([...pages, ...unknownPages].map((page) => lookOn(h, page, { fromMs: warmedMs, untilMs })))
    ).flat();
    const lateP75Ms = Math.round(lateMs.toSorted((a, b) => a - b)[Math.floor(lateMs.length * 0.75)] ?? 0);
    const facts = { tookMs, lateP75Ms };
    if (lateP75Ms > lateMsMax) return { reached: false, note: `looks were ${lateP75Ms} ms late`, facts };
    return { reached: true, facts };
  },
};

/** By the lab's own connection, as an import would: ShelfWise is not told. */
async function importBooks(h: ExperimentHandle, some: readonly ColdBook[], missing: readonly string[]): Promise<void> {
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

/** Looks until the page has been made again, at its own pace. Returns how late each look was begun or answered. */
async function lookOn(
  h: ExperimentHandle,
  page: PublicPage,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Promise<readonly number[]> {
  const late: number[] = [];
  let dueMs = h.clock.nowMs() + h.random.integer(1, everyMs.early);
  while (dueMs < untilMs) {
    await h.clock.sleep(Math.max(1, dueMs - h.clock.nowMs()));
    const visit = { replica: h.random.pick(h.replicas), client: `look-${page.key}`, view: 'looking' };
    const { value, endMs } = await page.visit(visit);
    late.push(endMs - dueMs);
    if (value !== null && value >= importedCents) break;
    dueMs = Math.max(dueMs + (dueMs < fromMs + lateFromMs ? everyMs.early : everyMs.late), endMs);
  }
  return late;
}
