import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `cache-stale-price/${name}`;
const stale = ['STALE_AFTER_WRITE'];

/** What the learner starts with, the wrong fixes that the checks must catch, and right ones that they must let pass. */
export const variants: readonly VariantDeclaration[] = [
  {
    name: 'broken',
    about: 'An after-save hook drops the entry inside the transaction and shrugs when it cannot; fills have no fence.',
    killedBy: {
      [check('no-old-refill')]: stale,
      [check('no-late-fill')]: stale,
      [check('outage-is-not-hidden')]: stale,
    },
  },
  {
    name: 'mutants/bulk-past-the-policy',
    about:
      'The reference for a book that is saved alone. Stock and the prices of several books are written past its policy.',
    killedBy: { [check('fresh-everywhere')]: stale },
  },
  {
    name: 'mutants/counted-copies',
    about:
      'Copies in the process, good while the number of changes in the cache is the same. A restarted cache counts from nought.',
    killedBy: { [check('fresh-everywhere')]: stale },
  },
  {
    name: 'mutants/block-lifted-alone',
    about:
      'The reference, which lifts its block and drops nothing then: nobody can have filled, unless the cache was restarted.',
    killedBy: { [check('no-old-refill')]: stale },
  },
  {
    name: 'mutants/delete-before-write',
    about:
      'Drops the entry first, because what is gone cannot be old. A reader puts the old row back before the commit.',
    listed: 'C1',
    killedBy: { [check('no-old-refill')]: stale },
  },
  {
    name: 'mutants/delete-in-transaction',
    about:
      'Drops the entry in the transaction, with the error surfaced. Until the commit is seen, readers refill the old row.',
    listed: 'C2',
    killedBy: { [check('no-old-refill')]: stale },
  },
  {
    name: 'mutants/delete-after-commit',
    about: 'The textbook: write, commit, delete. A reader that missed before the commit fills after the delete.',
    listed: 'C3',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/delete-before-and-after',
    about: 'Deletes on both sides of the write. Closes the first hole twice and the late fill not at all.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/delayed-second-delete',
    about:
      'The "delayed double delete" of many articles: once more after 500 ms. Old prices until then, or after a longer delay.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/wait-then-delete-again',
    about: 'Answers only after waiting 200 ms and deleting again: right until a reader is slower than that.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/bypass-after-write',
    about:
      'Readers pass the cache by for a second after a change. What was filled late is served when the second is over.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/bypass-for-a-minute',
    about:
      'As above, for a minute, and nobody fills meanwhile. What a slow reader put there is served when the minute is over.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/check-then-fill',
    about:
      'Readers pass the cache by for a second, and one asks whether the book was changed before it fills: between the question and the fill, it is.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/lock-with-ttl',
    about: 'A lock per book in the cache, with an expiry. A fill that outlives its lock lands on a newer price.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/locked-reader',
    about:
      'The reader keeps FOR SHARE on the row until its fill was answered. A fill that times out is not a fill undone.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/write-through',
    about:
      "The guide's printed update function: change, commit, store the new form. Two writers can store in the other order.",
    killedBy: { [check('last-save-wins')]: ['OLDER_WRITE_WON'] },
  },
  {
    name: 'mutants/newest-by-time',
    about:
      'Write-through that compares `updated_at`, which is when a transaction began: who began first may commit last.',
    killedBy: { [check('last-save-wins')]: ['OLDER_WRITE_WON'] },
  },
  {
    name: 'mutants/swallow-cache-errors',
    about: 'The reference policy, with cache errors logged and forgotten on the write path.',
    listed: 'C5',
    killedBy: { [check('outage-is-not-hidden')]: stale },
  },
  {
    name: 'mutants/retry-in-background',
    about: 'A failed invalidation is repeated in the background after the save was answered.',
    killedBy: { [check('outage-is-not-hidden')]: stale },
  },
  {
    name: 'mutants/swallow-second-error',
    about:
      'Generations, renewed before and after the change; the second error is only logged. Readers filled in between.',
    killedBy: { [check('outage-is-not-hidden')]: stale },
  },
  {
    name: 'mutants/short-marker',
    about:
      'A marker of one second sends readers to the database during the change. A save can wait longer for its row.',
    killedBy: { [check('no-old-refill')]: stale },
  },
  {
    name: 'mutants/popular-books-only',
    about:
      'The textbook delete, in a cache that takes in only books in demand: a probe with unread books sees no cache.',
    killedBy: { [check('no-late-fill')]: stale },
  },
  {
    name: 'mutants/local-copy',
    about: 'A copy in the process for three seconds, dropped only by the replica that saves.',
    listed: 'C6',
    killedBy: { [check('fresh-everywhere')]: stale },
  },
  {
    name: 'mutants/local-copy-with-bus',
    about: 'A copy in the process that a published message drops; a replica that is cut off hears nothing.',
    listed: 'C6',
    killedBy: { [check('outage-is-not-hidden')]: stale },
  },
  {
    name: 'mutants/copies-with-heartbeat',
    about: 'Copies in the process that a published message drops, served only while a beat was heard within a second.',
    killedBy: { [check('outage-is-not-hidden')]: stale },
  },
  {
    name: 'mutants/short-ttl',
    about: 'No invalidation; entries live for a second.',
    killedBy: { [check('fresh-everywhere')]: stale },
  },
  {
    name: 'mutants/reads-need-the-cache',
    about: 'Without the cache no page: an error of the cache is an error of the read.',
    killedBy: { [check('shop-survives-cache-loss')]: ['READS_FAILED'] },
  },
  {
    name: 'mutants/patient-client',
    about:
      'The cache client waits for its connection and for every answer, so that no command is lost. Pages wait with it.',
    killedBy: { [check('shop-survives-cache-loss')]: ['READS_HUNG'] },
  },
  {
    name: 'mutants/entries-without-expiry',
    about: 'The reference policy with entries that never expire, since every change drops its entry.',
    killedBy: { [check('entries-expire')]: ['KEYS_WITHOUT_EXPIRY'] },
  },
  {
    name: 'mutants/cache-removed',
    about: 'Reads the database, which is always right.',
    cheat: true,
    killedBy: { [check('database-budget')]: ['DATABASE_BUDGET_EXCEEDED'] },
  },
  {
    name: 'mutants/answer-late',
    about: 'Entries live for a second, and a save is answered after two.',
    cheat: true,
    killedBy: { [check('saves-are-answered')]: ['WRITES_SLOW'] },
  },
  {
    name: 'mutants/refuse-saves',
    about: 'A book that is in the cache cannot be changed: "try again in five minutes".',
    cheat: true,
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
  {
    name: 'solutions/generation-key',
    about:
      'The key carries a random generation that a save replaces before and after; late fills land where nobody looks.',
    killedBy: {},
  },
  {
    name: 'solutions/copies-under-token',
    about:
      'Copies in each process, good while the random token in the cache is the one from before their row was read.',
    killedBy: {},
  },
  {
    name: 'solutions/version-compare-and-set',
    about: 'Entries are replaced only by newer versions, and a save announces its version under the row lock.',
    killedBy: {},
  },
  {
    name: 'solutions/bentocache',
    about: 'bentocache for storage and loading, with the fence it lacks: an epoch in the key.',
    killedBy: {},
  },
];
