import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `limits-store-down/${name}`;
const stays = ['OVER_QUOTA', 'SIGN_IN_STAYS_CLOSED'];

/** Wrong fixes of what happens before an outage, at its beginning and after its end; and some that do without the store. */
export const coming: readonly VariantDeclaration[] = [
  {
    name: 'mutants/breaker-never-closes',
    about:
      'The printed breaker that wants two good answers before it closes, and forgets the first when it asks again.',
    killedBy: { [check('counted-again')]: stays },
  },
  {
    name: 'mutants/back-in-half-a-minute',
    about: 'Asks again after half a minute, as breakers of libraries do: an outage of a second takes half a minute.',
    killedBy: { [check('counted-again')]: stays },
  },
  {
    name: 'mutants/script-loaded-once',
    about:
      'Right while the store is away; but its script is sent once, by hash ever after, and a new store has no scripts.',
    killedBy: { [check('counted-again')]: ['SIGN_IN_STAYS_CLOSED'] },
  },
  {
    name: 'mutants/store-at-boot',
    about: 'Asks the store once before it takes traffic: what is deployed or restarted in an outage does not come up.',
    killedBy: { [check('starts-without-store')]: ['DOES_NOT_START'] },
  },
  {
    name: 'mutants/nobody-is-told',
    about: 'Right for customers, and the gauge is never set: the next outage is found by an invoice.',
    killedBy: { [check('outage-is-told')]: ['OUTAGE_UNTOLD'] },
  },
  {
    name: 'mutants/alarm-stays-on',
    about: 'Sets the gauge to 0 when the store is lost, and never back: it rings until somebody switches it off.',
    killedBy: { [check('outage-is-told')]: ['ALARM_STAYS_ON'] },
  },
  {
    name: 'mutants/no-store-no-outage',
    about: 'The right bucket, in the memory of each replica, all the time: what asks nobody cannot hang.',
    listed: 'L1',
    cheat: true,
    killedBy: { [check('counted-at-rest')]: ['OVER_QUOTA'] },
  },
  {
    name: 'mutants/third-for-each',
    about: 'A third of the plan in the memory of each replica: it adds up, and who keeps a connection gets a third.',
    killedBy: { [check('counted-at-rest')]: ['REFUSED_WITHIN_PLAN'] },
  },
  {
    name: 'mutants/five-a-second-for-all',
    about: 'Each replica takes five requests a second, of whomever: neither store nor clients matter any more.',
    cheat: true,
    killedBy: { [check('steady-state')]: ['ERRORS_AT_REST'] },
  },
  {
    name: 'mutants/user-looked-up-first',
    about: 'Asks the database whether the user still is there, before anything is refused.',
    listed: 'L13',
    killedBy: { [check('no-counting-in-the-database')]: ['REFUSALS_ASK_DATABASE'] },
  },
];
