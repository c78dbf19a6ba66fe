import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop } from '../../shared/bookshop.ts';
import { createStorefront } from '../../shared/storefront.ts';
import { ageMsMax, restMs } from '../figures.ts';
import { openShop, replicaFor } from './crowd.ts';
import { callsBetween, countStatements, kindsBetween } from './statements.ts';

/** Of each answer of the database. A load has several, and so takes longer than from one burst to the next. */
const databaseLateMs = 120;
const burst = 15;
const everyMs = 200;
/** Made again before its rest is over a page would have ended too early; so there are two times at most. */
const times = 2;

interface Life {
  readonly book: ColdBook;
  readonly madeMs: number;
}

async function beginLife(h: ExperimentHandle): Promise<Life | null> {
  const [book] = await createBookshop(h).coldBooks(1);
  if (book === undefined) return null;
  const storefront = createStorefront(h);
  await openShop(h, storefront.listPage(book.tenant));
  await storefront.bookPage(book).visit({ replica: replicaFor(h, 0), client: 'making', view: 'making' });
  return { book, madeMs: h.clock.nowMs() };
}

const early = (h: ExperimentHandle): Promise<Life | null> => h.once('life', () => beginLife(h));

/** Makes the page of the experiment below, whose first seconds are of no interest: others have them. */
export const lifeBegins: Experiment = {
  id: 'life-begins',
  title: 'The page is made that readers will ask for until its time is over',
  phase: 'disturb',
  run: async (h) => ((await early(h)) === null ? { reached: false, note: 'no unread book left' } : { reached: true }),
};

/**
 * A page in demand, from when it may first be made again until its time is over for certain: all that a cache may do with
 * a copy lies in between. The database is slow, so that several bursts of readers come while the page is made again.
 */
export const wholeLife: Experiment = {
  id: 'whole-life',
  title: 'Bursts of readers ask for a page until its time in the cache is over, and the database is slow',
  phase: 'disturb',
  disturbsLoad: true,
  run: async (h) => {
    const begun = await early(h);
    // Where the others took too long, another page is made and waited for.
    const isInTime = begun !== null && h.attempt === 1 && h.clock.nowMs() <= begun.madeMs + restMs;
    const life = isInTime ? begun : await beginLife(h);
    const [other] = await createBookshop(h).coldBooks(1);
    if (life === null || other === undefined) return { reached: false, note: 'no unread book left' };
    const storefront = createStorefront(h);
    const page = storefront.bookPage(life.book);
    await openShop(h, storefront.listPage(other.tenant));
    const earlier = await countStatements(h);
    await storefront.bookPage(other).visit({ replica: replicaFor(h, 0), client: 'lone', view: 'lone' });
    const before = await countStatements(h);
    const kinds = kindsBetween(earlier, before);
    await h.clock.sleep(Math.max(1, life.madeMs + restMs - everyMs - h.clock.nowMs()));
    await using late = await h.links.delay(h.replicas, 'postgres', { latencyMs: databaseLateMs, jitterMs: 0 });
    const asked: Promise<unknown>[] = [];
    while (h.clock.nowMs() < life.madeMs + ageMsMax + everyMs) {
      for (let index = 0; index < burst; index += 1) {
        const client = `reader-${asked.length + 1}`;
        asked.push(page.visit({ replica: replicaFor(h, index), client, view: 'life' }));
      }
      await h.clock.sleep(everyMs);
    }
    await Promise.all(asked);
    // Whoever makes the page after the answer has made it by now.
    await h.clock.sleep(4 * databaseLateMs);
    const statements = callsBetween(before, await countStatements(h), kinds);
    await late.release();
    const facts = {
      readers: asked.length,
      times,
      loneStatements: callsBetween(earlier, before, kinds),
      statements,
    };
    if (facts.loneStatements === 0)
      return { reached: false, note: 'one reader alone cost the database nothing', facts };
    return statements > 0 ? { reached: true, facts } : { reached: false, note: 'the page was not made again', facts };
  },
};
