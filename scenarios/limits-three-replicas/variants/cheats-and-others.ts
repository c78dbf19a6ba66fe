import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `limits-three-replicas/${name}`;
const over = ['OVER_QUOTA'];

/** Wrong fixes that count rightly, but the wrong things, and some that game the measurement. */
export const cheatsAndOthers: readonly VariantDeclaration[] = [
  {
    name: 'mutants/key-for-each-user',
    about: 'The reference, keyed by the user of the token: every member of the staff has a quota.',
    killedBy: { [check('one-quota')]: over, [check('any-window')]: over },
  },
  {
    name: 'mutants/search-counts-apart',
    about: 'The reference, with counts of its own for searches, which cost more: a plan of pages, and one of searches.',
    killedBy: { [check('one-quota')]: ['OVER_QUOTA'] },
  },
  {
    name: 'mutants/key-for-each-path',
    about:
      'The reference, keyed by tenant and path, so that one page cannot use up the others: so many paths, so many quotas.',
    killedBy: { [check('one-quota')]: over },
  },
  {
    name: 'mutants/largest-plan-unlimited',
    about: 'The reference for free and pro; whoever pays most has no limit, so that nobody important complains.',
    cheat: true,
    killedBy: { [check('one-quota')]: over },
  },
  {
    name: 'mutants/forwarded-address',
    about: 'The address is the first of X-Forwarded-For, "the real one": whoever writes the header chooses it.',
    killedBy: { [check('any-window')]: over },
  },
  {
    name: 'mutants/user-looked-up-first',
    about: 'Asks the database whether the user still is there, for the plan of today, before anything is refused.',
    listed: 'L13',
    killedBy: { [check('refusals-cost-nothing')]: ['REFUSALS_ASK_DATABASE'] },
  },
  {
    name: 'mutants/kept-for-a-day',
    about: 'The reference, whose counts stay for a day, so that support can look at them.',
    killedBy: { [check('counts-end')]: ['KEYS_LINGER'] },
  },
  {
    name: 'mutants/counted-in-the-cache',
    about:
      'The reference, which counts in the Redis of the cache: one connection less, and no plan where that is full.',
    killedBy: { [check('counts-end')]: ['COUNTED_ELSEWHERE'] },
  },
  {
    name: 'mutants/always-one-second',
    about: 'A sliding log that is right, and a Retry-After of one second, whatever there is to wait for.',
    killedBy: { [check('refusals-are-honest')]: ['REFUSED_AFTER_WAIT'] },
  },
  {
    name: 'mutants/one-bucket-for-all',
    about:
      'One bucket of the largest plan for everybody: whatever a crawler does, the replicas never serve more than that.',
    cheat: true,
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
  {
    name: 'mutants/penalty-box',
    about: 'Whoever is over its plan is refused for half a minute: the report on crawlers becomes empty.',
    cheat: true,
    killedBy: { [check('not-locked-out')]: ['LOCKED_OUT'] },
  },
  {
    name: 'mutants/wait-in-line',
    about: 'Nobody is refused: requests beyond the plan wait for their tokens, for as long as a request may take.',
    cheat: true,
    killedBy: { [check('refusals-are-honest')]: ['NEITHER_SERVED_NOR_REFUSED'] },
  },
];
