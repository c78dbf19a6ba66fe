import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `cache-stampede/${name}`;
const together = ['MADE_AGAIN_TOGETHER'];

/** Wrong fixes in what is kept, and for how long. */
export const wrongLifetimes: readonly VariantDeclaration[] = [
  {
    name: 'mutants/same-lifetime',
    about: 'Single flight as it should be, and every entry lives equally long: the wall of the nightly job stays.',
    listed: 'C14',
    killedBy: { [check('ends-apart')]: together },
  },
  {
    name: 'mutants/one-draw-for-each-process',
    about: 'The reference, with a lifetime drawn once for each process. What one replica makes still ends together.',
    killedBy: { [check('ends-apart')]: together },
  },
  {
    name: 'mutants/bentocache-alone',
    about: 'bentocache as its README has it, with its tags: one load at a time per process, and one lifetime for all.',
    listed: 'C14',
    killedBy: { [check('ends-apart')]: together },
  },
  {
    name: 'mutants/never-ends',
    about: 'The reference, with pages that live for a day, since every change drops them: no wall in any grade.',
    listed: 'C14',
    cheat: true,
    killedBy: { [check('copies-end')]: ['COPY_TOO_OLD'] },
  },
  {
    name: 'mutants/old-copy-for-whoever-comes',
    about:
      'Stale while it is made again, without an end: whoever comes first after a quiet hour is shown the page of then.',
    killedBy: { [check('copies-end')]: ['COPY_TOO_OLD'] },
  },
  {
    name: 'mutants/short-life',
    about: 'The reference, with pages that live for so short that few of them are there to end together.',
    cheat: true,
    killedBy: { [check('copies-end')]: ['MADE_AGAIN_EARLY'] },
  },
  {
    name: 'mutants/nothing-kept-for-long',
    about:
      'The reference, which remembers that there is no such book for a quarter of an hour: a new book is not there.',
    listed: 'C9',
    killedBy: { [check('copies-end')]: ['NOTHING_KEPT_TOO_LONG'] },
  },
  {
    name: 'mutants/nothing-not-kept',
    about:
      'Single flight, and only what is there gets a place in the cache: a crawler of deleted books is not stopped.',
    killedBy: { [check('nothing-is-remembered')]: ['TOO_MANY_LOADS'] },
  },
  {
    name: 'mutants/nothing-is-kept-at-all',
    about: 'Single flight and no cache: nothing can end together, and each reader who comes alone costs a query.',
    listed: 'C14',
    cheat: true,
    killedBy: { [check('database-budget')]: ['DATABASE_BUDGET_EXCEEDED'] },
  },
  {
    name: 'mutants/copy-in-each-process',
    about: 'A copy of each page in the process for a second, before the cache is asked: a save cannot reach it.',
    killedBy: { [check('fresh-after-save')]: ['STALE_AFTER_WRITE'] },
  },
  {
    name: 'mutants/error-becomes-nothing',
    about: 'A load that fails counts as "there is no such book", so that nobody asks again at once. That is kept.',
    listed: 'C9',
    killedBy: { [check('errors-are-not-kept')]: ['READERS_TURNED_AWAY'] },
  },
  {
    name: 'mutants/generations-without-expiry',
    about: 'The reference, whose generations of tags never end: to lose one would cost a load.',
    killedBy: { [check('entries-expire')]: ['KEYS_WITHOUT_EXPIRY'] },
  },
];
