import type { VariantDeclaration } from '@lab/sdk';

const check = (name: string): string => `jobs-double-charge/${name}`;
const twice = ['CHARGED_TWICE'];

/** Wrong fixes after which a customer is charged twice, each by a way of its own. */
export const chargedTwice: readonly VariantDeclaration[] = [
  {
    name: 'mutants/key-per-attempt',
    about:
      'A key of its own for each call, and the record follows the charge in another transaction: in between, anything repeats it.',
    listed: 'J3',
    killedBy: {
      [check('once-after-a-kill')]: twice,
      [check('once-at-every-commit')]: twice,
      [check('once-when-two-work')]: twice,
      [check('once-when-asked-again')]: twice,
    },
  },
  {
    name: 'mutants/key-with-attempt',
    about:
      'Order and attempt make the key. A take-over is the same attempt; a retry after a lost answer is another, and pays again.',
    killedBy: { [check('once-when-asked-again')]: twice },
  },
  {
    name: 'mutants/key-per-event',
    about:
      'The id of the event is the key, the same for all its deliveries. A redrive publishes a new event for the same order.',
    killedBy: { [check('once-when-asked-again')]: twice },
  },
  {
    name: 'mutants/lookup-only',
    about:
      'Looks for an earlier charge before each one, and has no key. Two workers at once look, find none, and both charge.',
    listed: 'J1',
    killedBy: { [check('once-when-two-work')]: twice },
  },
  {
    name: 'mutants/lookup-on-retry',
    about:
      'Looks for an earlier charge only after a counted failure. A take-over raises no count, so it charges without a look.',
    killedBy: {
      [check('once-after-a-kill')]: twice,
      [check('once-when-two-work')]: twice,
    },
  },
  {
    name: 'mutants/charge-in-transaction',
    about:
      'State, charge and payment in one database transaction. A kill or a lost answer rolls back all of it but the charge.',
    killedBy: { [check('once-after-a-kill')]: twice, [check('once-when-asked-again')]: twice },
  },
  {
    name: 'mutants/lease-row',
    about:
      'A lease with holder and expiry in the order’s row, renewed while it is charged. It says who works on it, not what they did.',
    killedBy: {
      [check('once-after-a-kill')]: twice,
      [check('once-when-two-work')]: twice,
      [check('once-when-asked-again')]: twice,
    },
  },
  {
    name: 'mutants/job-id-only',
    about:
      'One job per order, told by its id and forgotten when it ends, as all there is against repeating. The same job is handed out twice.',
    listed: 'J5',
    killedBy: {
      [check('once-after-a-kill')]: twice,
      [check('once-when-two-work')]: twice,
      [check('once-when-asked-again')]: twice,
    },
  },
  {
    name: 'mutants/lock-with-ttl',
    about:
      'A lock in Redis around lookup and charge, as long as the lease. A worker that stands still for longer goes on without it.',
    killedBy: { [check('once-when-two-work')]: twice },
  },
  {
    name: 'mutants/completed-key',
    about:
      "The guide's recipe: a key in Redis that says done, asked for before and set after. Whoever dies or stands still in between has set none.",
    listed: 'J3',
    killedBy: {
      [check('once-after-a-kill')]: twice,
      [check('once-when-two-work')]: twice,
      [check('once-when-asked-again')]: twice,
    },
  },
];
