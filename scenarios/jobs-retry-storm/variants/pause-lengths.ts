import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `jobs-retry-storm/${name}`;

/** Wrong fixes that try again at the wrong time. */
export const pauseLengths: readonly VariantDeclaration[] = [
  {
    name: 'mutants/bullmq-backoff',
    about:
      'The queue’s own exponential backoff with 30 % of jitter: its pauses are shorter only, have no longest, and know of no Retry-After.',
    listed: 'J7',
    killedBy: {
      [check('pauses-grow')]: ['PAUSES_TOO_LONG'],
      [check('waits-as-told')]: ['CAME_BEFORE_TOLD'],
    },
  },
  {
    name: 'mutants/one-sided',
    about: 'Pauses are up to 30 % shorter and never longer, as most libraries vary them.',
    listed: 'J7',
    killedBy: {
      [check('pauses-vary')]: ['NOT_VARIED'],
      [check('pauses-grow')]: ['PAUSES_TOO_SHORT'],
    },
  },
  {
    name: 'mutants/never-shorter',
    about: 'Pauses are up to 30 % longer and never shorter, so that nobody comes too early.',
    killedBy: { [check('pauses-vary')]: ['NOT_VARIED'] },
  },
  {
    name: 'mutants/cap-after-jitter',
    about:
      'Varies first and cuts off at the cap: once the cap is reached, half of all pauses are the cap to the millisecond.',
    killedBy: { [check('pauses-vary')]: ['NOT_VARIED'] },
  },
  {
    name: 'mutants/no-jitter',
    about: 'Pauses double up to the cap, the same for all.',
    listed: 'J7',
    killedBy: {
      [check('comes-back-apart')]: ['CAME_BACK_TOGETHER'],
      [check('pauses-vary')]: ['NOT_VARIED'],
    },
  },
  {
    name: 'mutants/fixed-pause',
    about: 'The base each time, well varied: the provider is asked as often in the tenth minute as in the first.',
    listed: 'J7',
    killedBy: { [check('pauses-grow')]: ['PAUSES_TOO_SHORT'] },
  },
  {
    name: 'mutants/no-cap',
    about: 'Pauses double without an end.',
    listed: 'J7',
    killedBy: { [check('pauses-grow')]: ['PAUSES_TOO_LONG'] },
  },
  {
    name: 'mutants/full-jitter',
    about: 'Anything between nothing and the pause: spreads best, and some come back at once.',
    killedBy: { [check('pauses-grow')]: ['CAME_BACK_EARLY'] },
  },
  {
    name: 'mutants/client-retries-too',
    about: 'The client of the provider repeats a 5xx twice, quickly, inside each attempt of the queue.',
    killedBy: {
      [check('pauses-grow')]: ['CAME_BACK_EARLY'],
      [check('attempts-end')]: ['TRIED_TOO_OFTEN'],
    },
  },
  {
    name: 'mutants/told-ignored',
    about: 'Retry-After is read and not used.',
    killedBy: { [check('waits-as-told')]: ['CAME_BEFORE_TOLD'] },
  },
  {
    name: 'mutants/told-to-the-letter',
    about: 'Comes exactly at the time that Retry-After names, with all others that were told so.',
    killedBy: { [check('comes-back-apart')]: ['TOLD_CAME_TOGETHER'] },
  },
  {
    name: 'mutants/told-up-to-the-cap',
    about: 'Waits as long as Retry-After says, but never longer than the longest pause of our own.',
    killedBy: { [check('waits-as-told')]: ['CAME_BEFORE_TOLD'] },
  },
  {
    name: 'mutants/told-and-varied',
    about: 'Varies Retry-After as any pause, to both sides.',
    killedBy: { [check('waits-as-told')]: ['CAME_BEFORE_TOLD'] },
  },
  {
    name: 'mutants/told-by-429-only',
    about: 'Retry-After counts with 429, and not with 503.',
    killedBy: { [check('waits-as-told')]: ['CAME_BEFORE_TOLD'] },
  },
  {
    name: 'mutants/told-by-two-statuses',
    about: 'Retry-After counts with 429 and with 503, and with no other answer that has it.',
    killedBy: { [check('waits-as-told')]: ['CAME_BEFORE_TOLD'] },
  },
];
