import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `migrations-backfill/${name}`;
const tooEarly = { [check('every-book-filled')]: ['SAID_DONE_TOO_EARLY'] };
const openLong = { [check('transactions-are-short')]: ['TRANSACTION_OPEN_LONG'] };

/** Wrong fixes whose batches are too long, the wrong ones, or none. */
export const wrongBatches: readonly VariantDeclaration[] = [
  {
    name: 'mutants/shop-by-shop',
    about: 'One statement for each shop. The largest shop is most of the table.',
    listed: 'M6',
    killedBy: openLong,
  },
  {
    name: 'mutants/waits-for-rows',
    about:
      'Small batches, each its own transaction, and no limit on waiting: one row that somebody has, and a thousand wait.',
    killedBy: openLong,
  },
  {
    name: 'mutants/table-to-itself',
    about: 'Each batch locks out all other writers, so that no update of anybody is lost.',
    killedBy: { [check('checkout-goes-on')]: ['WORK_FAILED', 'WAITED_BEHIND'] },
  },
  {
    name: 'mutants/in-the-migration',
    about: 'Filled in the transaction of the ALTER TABLE: all or nothing, and nobody can even read.',
    listed: 'M6',
    killedBy: { [check('column-comes-at-once')]: ['LOCK_HELD_LONG'] },
  },
  {
    name: 'mutants/stored-column',
    about: 'A stored generated column needs no backfill. PostgreSQL writes the whole table anew for it.',
    listed: 'M6',
    killedBy: { [check('column-comes-at-once')]: ['ROWS_READ_UNDER_LOCK'] },
  },
  {
    name: 'mutants/printed-recipe',
    about: 'While rows are NULL, take a thousand: as the guide prints it. Books without an ISBN-10 are NULL for ever.',
    listed: 'M7',
    killedBy: { [check('every-book-filled')]: ['NOT_FINISHED'] },
  },
  {
    name: 'mutants/any-thousand',
    about: 'Any thousand rows that are wrong, in no order: each batch looks through all that are right already.',
    listed: 'M7',
    killedBy: { [check('work-does-not-grow')]: ['READS_GROW'] },
  },
  {
    name: 'mutants/page-by-page',
    about: 'LIMIT and OFFSET in the order of ids. When rows of before go, as many are passed over.',
    listed: 'M7',
    killedBy: { ...tooEarly, [check('work-does-not-grow')]: ['READS_GROW'] },
  },
  {
    name: 'mutants/passes-by-the-locked',
    about: 'SKIP LOCKED, and nobody comes back for what was passed by.',
    killedBy: tooEarly,
  },
  {
    name: 'mutants/computed-in-code',
    about:
      'Reads a thousand books, computes, writes a thousand values: an ISBN that is corrected in between has the old one.',
    killedBy: tooEarly,
  },
  {
    name: 'mutants/trigger-off-meanwhile',
    about: 'The trigger rests while the rows are filled. What comes or changes behind the place has no value.',
    killedBy: tooEarly,
  },
  {
    name: 'mutants/empty-for-none',
    about: 'An empty text stands for “has none”, so that the recipe comes to its end.',
    cheat: true,
    killedBy: tooEarly,
  },
  {
    name: 'mutants/by-blocks',
    about:
      'Block after block of the table, once: a row that is changed moves to where there is room, which may be behind.',
    killedBy: tooEarly,
  },
  {
    name: 'mutants/list-of-rows',
    about:
      'A list says what is to be done and what is done. Each batch looks through all of the list that is done already.',
    killedBy: { [check('work-does-not-grow')]: ['READS_GROW'] },
  },
  {
    name: 'mutants/column-without-limit',
    about: 'The script brings its own column, and has no limit on waiting yet: everybody queues behind it.',
    killedBy: { [check('checkout-goes-on')]: ['WAITED_BEHIND'] },
  },
];
