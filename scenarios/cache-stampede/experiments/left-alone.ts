import type { Experiment, ExperimentHandle } from '@lab/sdk';
import { type ColdBook, createBookshop } from '../../shared/bookshop.ts';
import { createStorefront } from '../../shared/storefront.ts';
import { ageMsMax } from '../figures.ts';
import { openShop, replicaFor } from './crowd.ts';
import { importBooks } from './warmed-together.ts';

const books = 6;

interface LeftAlone {
  readonly some: readonly ColdBook[];
  readonly madeMs: number;
}

async function leave(h: ExperimentHandle): Promise<LeftAlone | null> {
  const some = await createBookshop(h).coldBooks(books);
  const [first] = some;
  if (first === undefined) return null;
  const storefront = createStorefront(h);
  await openShop(h, storefront.listPage(first.tenant));
  const visit = { replica: replicaFor(h, 0), client: 'before', view: 'before' };
  for (const book of some) await storefront.bookPage(book).visit(visit);
  const madeMs = h.clock.nowMs();
  await importBooks(h, some);
  return { some, madeMs };
}

const early = (h: ExperimentHandle): Promise<LeftAlone | null> => h.once('left-alone', () => leave(h));

/** Makes the pages of the experiment below, which has to wait for as long as a page may live. */
export const leftAloneBegins: Experiment = {
  id: 'left-alone-begins',
  title: 'Pages are made, and an import changes what they show',
  phase: 'disturb',
  run: async (h) => ((await early(h)) === null ? { reached: false, note: 'no unread books left' } : { reached: true }),
};

/** Nobody looks at them until their time is over: there was no occasion to notice that they are old. */
export const leftAlone: Experiment = {
  id: 'left-alone',
  title: 'Pages that nobody has looked at for longer than they may live are asked for',
  phase: 'disturb',
  run: async (h) => {
    const left = await early(h);
    if (left === null) return { reached: false, note: 'no unread books left' };
    const storefront = createStorefront(h);
    await h.clock.sleep(Math.max(1, left.madeMs + ageMsMax + 100 - h.clock.nowMs()));
    const ageMs = Math.round(h.clock.nowMs() - left.madeMs);
    for (const book of left.some) {
      const visit = { replica: h.random.pick(h.replicas), client: 'after', view: 'after' };
      await storefront.bookPage(book).visit(visit);
    }
    return { reached: true, facts: { ageMs } };
  },
};
