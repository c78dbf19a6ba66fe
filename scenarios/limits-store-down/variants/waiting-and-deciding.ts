import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `limits-store-down/${name}`;
const refused = ['REFUSED_WITHOUT_STORE'];
const notServed = ['NOT_SERVED_WITHOUT_STORE'];
const hung = ['REQUESTS_HUNG'];

/** Wrong fixes of what happens while the store is away. */
export const waiting: readonly VariantDeclaration[] = [
  {
    name: 'mutants/error-is-over-limit',
    about: 'The reference with nothing to go on: whoever cannot be counted is refused, but at once.',
    listed: 'L9',
    killedBy: { [check('served-without-store')]: refused },
  },
  {
    name: 'mutants/says-it-honestly',
    about:
      'Answers 503 with Retry-After while the store is away: no guess, no wait, and a page of the shop for nobody.',
    listed: 'L9',
    cheat: true,
    killedBy: { [check('served-without-store')]: notServed },
  },
  {
    name: 'mutants/one-ceiling-for-all',
    about: 'One local bucket for each limit and not for each client, to save memory: the crawler uses up that of all.',
    killedBy: { [check('served-without-store')]: refused },
  },
  {
    name: 'mutants/pages-only',
    about: 'Pages fail open, and whatever changes something fails closed, as sign-in does: the shop can be looked at.',
    killedBy: { [check('served-without-store')]: notServed },
  },
  {
    name: 'mutants/not-ready-without-store',
    about:
      'Right in all else, and no replica is ready while the store is away, so that somebody is told: all leave at once.',
    killedBy: { [check('served-without-store')]: ['NOT_READY_WITHOUT_STORE'] },
  },
  {
    name: 'mutants/opens-after-ten-seconds',
    about:
      'Goes on without the store when the client says so, whose defaults queue and try twenty times before they do.',
    listed: 'L10',
    killedBy: { [check('nobody-waits')]: hung },
  },
  {
    name: 'mutants/looks-at-the-connection',
    about:
      'No queue and no retries: refused connections cost nothing. A connection that is silent still counts as one.',
    listed: 'L10',
    killedBy: { [check('nobody-waits')]: hung },
  },
  {
    name: 'mutants/patient-guard',
    about: 'The right guard, with two seconds of patience: all who come in those wait with the three that find out.',
    listed: 'L10',
    killedBy: { [check('nobody-waits')]: hung },
  },
  {
    name: 'mutants/half-a-second-each',
    about: 'A time-out of half a second and nothing that is remembered: every request waits it out for itself.',
    listed: 'L10',
    killedBy: { [check('nobody-waits')]: ['EVERYBODY_WAITS'] },
  },
  {
    name: 'mutants/flexible-insured',
    about:
      'rate-limiter-flexible with its insurance, as the README has it: that steps in for an error, and silence is none.',
    listed: 'L10',
    killedBy: { [check('nobody-waits')]: hung },
  },
  {
    name: 'mutants/everybody-in',
    about: 'Fails open, quickly and for everybody: the first proposal, which support did not want.',
    listed: 'L10',
    killedBy: { [check('ceiling-without-store')]: ['NO_CEILING'] },
  },
  {
    name: 'mutants/addresses-open',
    about: 'A ceiling for tenants only: there are as many addresses as an attacker likes, and memory is for customers.',
    killedBy: { [check('ceiling-without-store')]: ['NO_CEILING'] },
  },
  {
    name: 'mutants/sign-in-open',
    about: 'Pages are right, and signing in fails open as well: passwords can be guessed for as long as it lasts.',
    killedBy: { [check('sign-in-stays-limited')]: ['GUESSES_UNLIMITED'] },
  },
  {
    name: 'mutants/wrong-password-all-the-same',
    about: 'Sign-in closes and says that the password is wrong, so that nobody learns anything; people reset theirs.',
    cheat: true,
    killedBy: { [check('sign-in-stays-limited')]: ['SIGN_IN_MISLED'] },
  },
  {
    name: 'mutants/come-back-in-a-minute',
    about: 'Refusals without the store all say a minute, since it might take that long until it is back.',
    killedBy: { [check('honest-without-store')]: ['RETRY_AFTER_TOO_LONG'] },
  },
];
