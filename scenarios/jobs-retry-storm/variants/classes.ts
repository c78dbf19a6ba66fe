import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `jobs-retry-storm/${name}`;

/** Wrong fixes that try again what is final, or not what passes, or not as often as was agreed. */
export const classes: readonly VariantDeclaration[] = [
  {
    name: 'mutants/retry-everything',
    about: 'Every failure is tried again, also what the provider refuses for good.',
    listed: 'J8',
    killedBy: { [check('final-is-final')]: ['ASKED_AGAIN'] },
  },
  {
    name: 'mutants/no-client-errors',
    about: 'No 4xx is tried again, 429 and 408 neither.',
    listed: 'J8',
    killedBy: { [check('tried-until-charged')]: ['NOT_CHARGED'] },
  },
  {
    name: 'mutants/only-429',
    about: 'Of all 4xx, 429 alone is tried again: a time-out of theirs (408) is final, and so are 409 and 425.',
    listed: 'J8',
    killedBy: { [check('tried-until-charged')]: ['NOT_CHARGED'] },
  },
  {
    name: 'mutants/listed-is-final',
    about: 'Final is what stands in a list of six statuses. Every other 4xx is tried again, as 401 or 413.',
    killedBy: { [check('final-is-final')]: ['ASKED_AGAIN'] },
  },
  {
    name: 'mutants/listed-passes',
    about: 'What passes stands in a list: of all 5xx it has 500, 502, 503 and 504, and any other gives the order up.',
    killedBy: { [check('tried-until-charged')]: ['NOT_CHARGED'] },
  },
  {
    name: 'mutants/silence-is-final',
    about: 'Who gets no answer gives the order up, since the provider may have charged it.',
    killedBy: { [check('tried-until-charged')]: ['NOT_CHARGED'] },
  },
  {
    name: 'mutants/one-attempt-more',
    about: 'Counts up to the last attempt, and makes another.',
    killedBy: { [check('attempts-end')]: ['TRIED_TOO_OFTEN'] },
  },
  {
    name: 'mutants/told-is-no-attempt',
    about: 'An answer with Retry-After does not count, so an order that gets no other is tried for ever.',
    killedBy: { [check('attempts-end')]: ['TRIED_TOO_OFTEN'] },
  },
  {
    name: 'mutants/no-retries',
    about: 'Gives every order up at its first failure: the provider has its peace.',
    cheat: true,
    killedBy: {
      [check('attempts-end')]: ['GIVEN_UP_EARLY'],
      [check('tried-until-charged')]: ['NOT_CHARGED'],
    },
  },
  {
    name: 'mutants/no-letters',
    about: 'Orders that are given up are dropped without a dead letter.',
    cheat: true,
    killedBy: {
      [check('attempts-end')]: ['NO_DEAD_LETTER'],
      [check('final-is-final')]: ['NO_DEAD_LETTER'],
    },
  },
  {
    name: 'mutants/letter-counts-failures',
    about: 'A dead letter tells the failures before the last one, and calls them attempts.',
    killedBy: { [check('attempts-end')]: ['DEAD_LETTER_WRONG'] },
  },
  {
    name: 'mutants/redrive-same-event',
    about: 'A redrive publishes the old event once more. The queue still knows its id and ignores it.',
    killedBy: { [check('redriven-once')]: ['NOT_CHARGED'] },
  },
];
