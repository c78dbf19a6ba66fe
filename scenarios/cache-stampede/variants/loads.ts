import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `cache-stampede/${name}`;
const many = ['TOO_MANY_LOADS'];
const away = ['READERS_TURNED_AWAY'];

/** Wrong fixes in who loads, who waits, and what becomes of them. */
export const wrongLoads: readonly VariantDeclaration[] = [
  {
    name: 'mutants/spread-lifetimes-only',
    about: 'Lifetimes differ, so that pages do not end together. One page that many want ends for all of them at once.',
    listed: 'C14',
    killedBy: { [check('one-load')]: many },
  },
  {
    name: 'mutants/renewed-by-each-reader',
    about:
      'The old copy is shown while it is made again, so nobody waits; and each reader who is shown it makes it again.',
    killedBy: { [check('one-load')]: many },
  },
  {
    name: 'mutants/sleep-once-then-load',
    about: 'The lock of many articles: whoever does not get it sleeps for 50 ms, looks once more, and loads.',
    killedBy: { [check('one-load')]: many },
  },
  {
    name: 'mutants/lock-lapses',
    about:
      'A lock in the store with a time of its own, that nobody renews: a slow load is joined by one after the other.',
    killedBy: { [check('one-load')]: many },
  },
  {
    name: 'mutants/looks-again-before-it-loads',
    about:
      'Single flight that looks into the cache again before it writes down its flight: those who came with it do too.',
    killedBy: { [check('one-load')]: many },
  },
  {
    name: 'mutants/losers-are-refused',
    about: 'Whoever does not get the lock is answered with 503 and Retry-After, to protect the database.',
    listed: 'C8',
    cheat: true,
    killedBy: { [check('readers-are-answered')]: away },
  },
  {
    name: 'mutants/pages-are-rationed',
    about: 'Each process gives away twenty pages a second and refuses the others: the graph of the database is flat.',
    cheat: true,
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
  {
    name: 'mutants/losers-get-nothing',
    about: 'Whoever does not get the lock is told that there is no such page, until it is there.',
    listed: 'C8',
    killedBy: { [check('readers-are-answered')]: away },
  },
  {
    name: 'mutants/losers-back-off',
    about: 'Whoever does not get the lock waits, each time twice as long: the page is there, and they sleep.',
    listed: 'C8',
    killedBy: { [check('readers-are-answered')]: ['READERS_WAIT_LONG'] },
  },
  {
    name: 'mutants/ends-with-its-first-reader',
    about:
      'The reference, which loads with the signal of the request that began it: its reader goes, and all get an error.',
    killedBy: { [check('readers-are-answered')]: away },
  },
  {
    name: 'mutants/lock-of-a-minute',
    about: 'A lock that outlives any load, so that no load is begun twice, and outlives its holder too.',
    listed: 'C8',
    killedBy: { [check('maker-may-die')]: away },
  },
  {
    name: 'mutants/failure-stays-in-flight',
    about:
      'Single flight whose promise is taken out of the map when it succeeds: one that failed is given to all later ones.',
    killedBy: { [check('errors-are-not-kept')]: away },
  },
  {
    name: 'mutants/circuit-breaker',
    about: 'The reference, and after five failures in a row no page is made for five seconds: the database is spared.',
    killedBy: { [check('errors-are-not-kept')]: away },
  },
  {
    name: 'mutants/joined-by-page',
    about: 'Single flight by page alone: who asks after a save joins a load from before it.',
    killedBy: { [check('fresh-after-save')]: ['STALE_AFTER_WRITE'] },
  },
  {
    name: 'mutants/joined-across-shops',
    about:
      'Single flight by what is asked for, and not by whose it is: the first page of one shop is shown in another.',
    listed: 'C12',
    killedBy: { [check('own-page')]: ['WRONG_PAGE'] },
  },
  {
    name: 'mutants/one-page-at-a-time',
    about: 'One lock for all pages of a shop: while a slow replica makes one of them, the others make none.',
    killedBy: { [check('others-go-on')]: away },
  },
  {
    name: 'mutants/pages-need-the-cache',
    about:
      'Single flight that does not load without a word from the store: while the cache is away there are no pages.',
    killedBy: { [check('shop-survives-cache-loss')]: ['READS_FAILED'] },
  },
];
