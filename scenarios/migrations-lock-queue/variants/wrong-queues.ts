import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `migrations-lock-queue/${name}`;
const tooLong = { [check('nobody-queues-long')]: ['QUEUE_TOO_LONG'] };

/** Wrong fixes after which people stand behind the migration, each by a way of its own. */
export const wrongQueues: readonly VariantDeclaration[] = [
  {
    name: 'mutants/sql-only',
    about: 'The SQL is right, and the runner’s limit is still set before the transaction that it is meant for.',
    listed: 'M2',
    killedBy: tooLong,
  },
  {
    name: 'mutants/set-through-a-pool',
    about: 'The limit is set through a pool: in another session than that of the migration. The log shows that it ran.',
    listed: 'M2',
    killedBy: tooLong,
  },
  {
    name: 'mutants/statement-timeout-instead',
    about: 'No lock_timeout: the five seconds that a statement has are taken for a limit on waiting.',
    listed: 'M2',
    killedBy: tooLong,
  },
  {
    name: 'mutants/ten-seconds',
    about: 'A lock_timeout of ten seconds, the default of a popular library.',
    killedBy: tooLong,
  },
  {
    name: 'mutants/last-try-without-limit',
    about: 'Five tries with a limit, and then one that waits for as long as it takes: the deploy must come to an end.',
    killedBy: tooLong,
  },
  {
    name: 'mutants/limit-in-the-first-file',
    about: 'Each file is to bring its own limit. The second one, done at once by itself, is without.',
    listed: 'M2',
    killedBy: tooLong,
  },
  {
    name: 'mutants/retry-without-pause',
    about: 'A short limit, and the next try at once: no wait is long, and the queue is never empty.',
    killedBy: { [check('nobody-queues-long')]: ['QUEUE_NEVER_EMPTY'] },
  },
  {
    name: 'mutants/end-what-is-in-the-way',
    about: 'Ends every transaction older than a second before it asks for its lock.',
    cheat: true,
    killedBy: { [check('nobody-thrown-out')]: ['REPORT_ENDED'] },
  },
  {
    name: 'mutants/wait-until-nobody-is-there',
    about: 'Waits until nobody is connected, so that it is in nobody’s way. In a shop that is open this never comes.',
    cheat: true,
    killedBy: { [check('done-in-the-end')]: ['NOT_FINISHED'] },
  },
  {
    name: 'mutants/skip-what-is-locked',
    about: 'A migration that does not get its lock is skipped, recorded as applied, and the run ends with exit 0.',
    cheat: true,
    killedBy: { [check('done-in-the-end')]: ['SAID_DONE_TOO_EARLY'] },
  },
  {
    name: 'mutants/no-open-transactions',
    about:
      'From now on the database ends every transaction that is open for some seconds: no report stands in the way.',
    cheat: true,
    killedBy: { [check('schema-complete')]: ['SCHEMA_INCOMPLETE'] },
  },
];
