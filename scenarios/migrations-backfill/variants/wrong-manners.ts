import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `migrations-backfill/${name}`;
const inTheWay = { [check('gives-way')]: ['DID_NOT_GIVE_WAY'] };

/** Wrong fixes that are in the way of others, forget what they have done, or say what is not so. */
export const wrongManners: readonly VariantDeclaration[] = [
  {
    name: 'mutants/pause-is-the-throttle',
    about: 'A tenth of a second after each batch, whatever the others have to do.',
    killedBy: inTheWay,
  },
  {
    name: 'mutants/looks-once',
    about: 'Waits for a calm moment to begin, and never looks again.',
    killedBy: inTheWay,
  },
  {
    name: 'mutants/counts-what-it-may-not-see',
    about:
      'Counts active sessions in pg_stat_activity, which hides from this login what others do: there are always none.',
    killedBy: inTheWay,
  },
  {
    name: 'mutants/an-operator-lets-it-go-on',
    about: 'In a rush it pauses itself, and somebody has to let it go on.',
    killedBy: { [check('gives-way')]: ['NEVER_WENT_ON'] },
  },
  {
    name: 'mutants/waits-for-the-night',
    about:
      'Works only while nobody else is connected, so that it is in nobody’s way. In a shop that is open this never comes.',
    cheat: true,
    killedBy: { [check('every-book-filled')]: ['NOT_FINISHED'] },
  },
  {
    name: 'mutants/says-so',
    about: 'After a few seconds it says that the rest will follow, and ends with exit 0.',
    cheat: true,
    killedBy: { [check('every-book-filled')]: ['SAID_DONE_TOO_EARLY'] },
  },
  {
    name: 'mutants/place-in-memory',
    about: 'Only the process knows how far it has come. The next one writes everything again.',
    killedBy: { [check('a-kill-costs-a-batch')]: ['WORK_LOST'] },
  },
  {
    name: 'mutants/place-before-work',
    about: 'The place is written down before the batch is filled. A kill in between, and nobody comes back for it.',
    killedBy: { [check('a-kill-costs-a-batch')]: ['NOT_AFTER_KILL'] },
  },
  {
    name: 'mutants/queue-of-batches',
    about:
      'graphile-worker as it comes: the job of a killed worker is locked for hours, and the next run finds none to do.',
    killedBy: { [check('a-kill-costs-a-batch')]: ['NOT_AFTER_KILL'] },
  },
  {
    name: 'mutants/no-memory',
    about: 'Each run writes each row. It does no harm to the values.',
    killedBy: { [check('the-end-is-the-end')]: ['CHANGED_AGAIN'] },
  },
  {
    name: 'mutants/code-before-column',
    about: 'The pages ask for the ISBN-10 before the migration has brought it.',
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
];
