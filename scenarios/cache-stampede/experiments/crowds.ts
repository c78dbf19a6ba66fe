import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop } from '../../shared/bookshop.ts';
import { createStorefront } from '../../shared/storefront.ts';
import { experimentTenants } from '../../shared/tenants.ts';
import { briefMs, longMs, openShop, replicaFor, sendCrowd } from './crowd.ts';

const tooFewBooks = { reached: false, note: 'no unread book left' };

/** A page that nobody has asked for yet, as after a restart of the cache. */
export const coldBook: Experiment = {
  id: 'cold-book',
  title: 'Ninety readers ask at one instant for the page of a book that is in no cache',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const [lone, target] = await createBookshop(h).coldBooks(2);
    if (lone === undefined || target === undefined) return tooFewBooks;
    return await crowdOn(h, lone, target);
  },
};

async function crowdOn(h: ExperimentHandle, lone: ColdBook, target: ColdBook) {
  const storefront = createStorefront(h);
  const warm = storefront.listPage(target.tenant);
  await openShop(h, warm);
  await openShop(h, storefront.listPage(lone.tenant));
  const pages = { lone: storefront.bookPage(lone), target: storefront.bookPage(target), warm };
  return await sendCrowd(h, { ...pages, view: 'crowd', heldMs: longMs });
}

/** Lists are pages too. What one reader costs is seen at another shop. */
export const coldList: Experiment = {
  id: 'cold-list',
  title: 'Ninety readers ask at one instant for a page of the list that is in no cache',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const storefront = createStorefront(h);
    const [tenant = '', other = ''] = experimentTenants(h.seed);
    for (const shop of [tenant, other]) await openShop(h, storefront.listPage(shop));
    const [cursor, otherCursor] = await Promise.all([unreadPage(h, tenant), unreadPage(h, other)]);
    if (cursor === null || otherCursor === null) return { reached: false, note: 'a list has no further page' };
    const [target, lone] = [storefront.listPage(tenant, cursor), storefront.listPage(other, otherCursor)];
    return await sendCrowd(h, { lone, target, warm: storefront.listPage(tenant), view: 'crowd', heldMs: briefMs });
  },
};

/** The second page of the list, or the one after those that earlier attempts have read. */
async function unreadPage(h: ExperimentHandle, tenant: string): Promise<string | null> {
  const storefront = createStorefront(h);
  let cursor = await storefront.cursorAfter(tenant, replicaFor(h, 0));
  for (let attempt = 1; attempt < h.attempt && cursor !== null; attempt += 1) {
    cursor = await storefront.cursorAfter(tenant, replicaFor(h, 0), cursor);
  }
  return cursor;
}

/** Nothing is there, which is an answer too; and it is asked for on and on. */
export const nothingThere: Experiment = {
  id: 'nothing-there',
  title: 'Ninety readers ask at one instant for a book that is not there, and then one by one',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const storefront = createStorefront(h);
    const tenant = h.random.pick(experimentTenants(h.seed));
    const warm = storefront.listPage(tenant);
    await openShop(h, warm);
    const [lone, target] = [unknownBook(h), unknownBook(h)].map((id) => storefront.bookPage({ id, tenant }));
    if (lone === undefined || target === undefined) return tooFewBooks;
    return await sendCrowd(h, { lone, target, warm, view: 'nothing', heldMs: briefMs, visitsAfter: 30 });
  },
};

/** An id that no book has. */
export function unknownBook(h: ExperimentHandle): string {
  const digits = Array.from({ length: 32 }, () => h.random.integer(0, 15).toString(16));
  digits[12] = '4';
  digits[16] = 'a';
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
